/** Locks by name, over all threads of this side: what Web Locks are in a browser. */

/** Those who hold a lock, first, or wait for it, in order. */
const queues = new Map<string, Array<() => void>>()

/** Calls `granted` when the lock is free, perhaps at once. What it gives lets go of it, or of the wish for it. */
export function takeLock(name: string, granted: () => void): () => void {
  const queue = queues.get(name) ?? []
  queues.set(name, queue)
  queue.push(granted)
  if (queue.length === 1) granted()
  return () => {
    const at = queue.indexOf(granted)
    if (at < 0) return
    queue.splice(at, 1)
    if (queue.length === 0) queues.delete(name)
    else if (at === 0) queue[0]?.()
  }
}
