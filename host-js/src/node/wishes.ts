/** What a thread asks of its main side: locks and folders. */

import { parentPort } from 'node:worker_threads'
import { type Ask, isTold } from './services.js'

/** Lets go of what was granted. */
export type Release = () => void

interface Wish {
  resolve(release: Release): void
  reject(error: Error): void
}

const wishes = new Map<number, Wish>()
let nextId = 1

/** Whether a message was an answer to a wish. */
export function hear(message: unknown): boolean {
  if (!isTold(message)) return false
  const id = 'granted' in message ? message.granted : message.refused
  const wish = wishes.get(id)
  wishes.delete(id)
  if ('granted' in message) wish?.resolve(() => tell({ release: id }))
  else wish?.reject(Object.assign(new Error(message.message), { name: 'InUseError' }))
  return true
}

/** Resolves once this thread alone has the folder. */
export function askForFolder(folder: string): Promise<Release> {
  return ask(id => ({ ask: id, folder }))
}

/** `LockManager.request`, as far as it is used here. */
export async function requestLock(name: string, callback: (lock: { name: string }) => unknown): Promise<unknown> {
  const release = await ask(id => ({ ask: id, lock: name }))
  try {
    return await callback({ name })
  } finally {
    release()
  }
}

function ask(make: (id: number) => Ask): Promise<Release> {
  const id = nextId++
  return new Promise((resolve, reject) => {
    wishes.set(id, { resolve, reject })
    tell(make(id))
  })
}

function tell(ask: Ask): void {
  parentPort?.postMessage(ask)
}
