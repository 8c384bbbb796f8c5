/**
 * A fence between one page's writes to localStorage and another page's reads.
 *
 * Each process of Chromium has a copy of localStorage, which follows the others' by a moment: a page that
 * takes a lock and reads may miss what the lock's last holder wrote. So a page that writes puts a fence
 * behind its writes: a numbered item of localStorage, whose number it announces as a lock's name, which all
 * pages see at once. A page that reads waits until it sees the fences of those numbers.
 */

/** The prefix of the names of fences and of their locks. */
const FENCE = 'pubwiki-lua-turn:'

/** How long a fence is waited for: the page's own code may have removed it. */
const PATIENCE_MS = 1_000

/** This page. */
const page = Math.random().toString(36).slice(2)

let last = 0
let release = () => {}
/** The fences that did not appear in time. */
const missed = new Map<string, number>()

/** Whether an item of localStorage is a fence. */
export function isFence(item: string): boolean {
  return item.startsWith(FENCE)
}

/** Puts a fence behind what this page has written. Resolves when all pages can know of it. */
export async function putFence(storage: Storage): Promise<void> {
  const mine = ++last
  // The lock comes first: fences without one are removed.
  await hold(`${FENCE}${page}:${mine}`)
  try {
    storage.setItem(FENCE + page, String(mine).padStart(10, '0'))
  } catch {
    // There is no room. What was written is there, and is seen a moment later.
  }
  // This page's own fence stays until another page removes it: a page that changes localStorage as the browser
  // ends makes Chromium lose what it wrote before.
  if (mine === 1) await removeStale(storage)
}

/** Resolves when this page reads what other pages had written before. */
export async function awaitFences(storage: Storage): Promise<void> {
  for (const [other, number] of await announced()) {
    if (other === page || (missed.get(other) ?? 0) >= number) continue
    if (!(await seen(storage, other, number))) missed.set(other, number)
  }
}

/** Removes the fences of pages that are gone. */
async function removeStale(storage: Storage): Promise<void> {
  const alive = await announced()
  for (const item of Object.keys(storage)) {
    if (isFence(item) && !alive.has(item.slice(FENCE.length))) storage.removeItem(item)
  }
}

function hold(name: string): Promise<void> {
  return new Promise(granted => {
    const { locks }: { locks?: LockManager } = navigator
    const held = () => {
      granted()
      release()
      return new Promise<void>(resolve => (release = resolve))
    }
    // Where no locks are given, nobody updates either.
    if (locks) locks.request(name, held).catch(granted)
    else granted()
  })
}

/** The number of each page's last fence. */
async function announced(): Promise<Map<string, number>> {
  const { locks }: { locks?: LockManager } = navigator
  const numbers = new Map<string, number>()
  // A frame of another site may not ask in every browser.
  const asked = await locks?.query().catch(() => undefined)
  for (const { name } of asked?.held ?? []) {
    if (!name?.startsWith(FENCE)) continue
    const [other = '', number = ''] = name.slice(FENCE.length).split(':')
    numbers.set(other, Math.max(numbers.get(other) ?? 0, Number(number)))
  }
  return numbers
}

function seen(storage: Storage, other: string, number: number): Promise<boolean> {
  const isThere = () => Number(storage.getItem(FENCE + other)) >= number
  return new Promise(resolve => {
    const end = (found: boolean) => {
      removeEventListener('storage', look)
      clearTimeout(timer)
      resolve(found)
    }
    const look = () => {
      if (isThere()) end(true)
    }
    const timer = setTimeout(() => end(isThere()), PATIENCE_MS)
    addEventListener('storage', look)
    look()
  })
}
