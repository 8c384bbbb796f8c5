/**
 * Lets pages read what others have written to localStorage before.
 *
 * Each process of Chromium has a copy of localStorage, which follows the others' by a moment: who
 * takes a lock and reads may miss what its last holder wrote. So a page that writes leaves a mark
 * behind what it wrote, whose number it tells as a lock's name, which all pages see at once; and a
 * page that reads waits until it sees the marks of that number.
 */

/** What the names of marks and of locks begin with. */
const MARK = 'pubwiki-lua-turn:'

/** How long a mark is waited for: the page's own code may have removed it. */
const PATIENCE_MS = 1_000

/** This page. */
const page = Math.random().toString(36).slice(2)

let turn = 0
let letGo = () => {}
/** What was waited for in vain. */
const missed = new Map<string, number>()

/** Whether an item of localStorage is a mark. */
export function isMark(item: string): boolean {
  return item.startsWith(MARK)
}

/** Tells the other pages that something was written. Resolves when all can know. */
export async function tellTurn(storage: Storage): Promise<void> {
  const mine = ++turn
  // The lock comes first: marks without one are swept.
  await hold(`${MARK}${page}:${mine}`)
  try {
    storage.setItem(MARK + page, String(mine).padStart(10, '0'))
  } catch {
    // There is no room. What was written is there, and is seen a moment later.
  }
  // This page's own mark stays until another sweeps: a page that changes localStorage as the browser
  // ends makes Chromium lose what it wrote before.
  if (mine === 1) await sweep(storage)
}

/** Resolves when what others had written before is seen here. */
export async function awaitTurns(storage: Storage): Promise<void> {
  for (const [other, number] of await turns()) {
    if (other === page || (missed.get(other) ?? 0) >= number) continue
    if (!(await seen(storage, other, number))) missed.set(other, number)
  }
}

/** Removes the marks of pages that are gone. */
async function sweep(storage: Storage): Promise<void> {
  const there = await turns()
  for (const item of Object.keys(storage)) {
    if (isMark(item) && !there.has(item.slice(MARK.length))) storage.removeItem(item)
  }
}

function hold(name: string): Promise<void> {
  return new Promise(granted => {
    const { locks }: { locks?: LockManager } = navigator
    const held = () => {
      granted()
      letGo()
      return new Promise<void>(resolve => (letGo = resolve))
    }
    // Where no locks are given, nobody updates either.
    if (locks) locks.request(name, held).catch(granted)
    else granted()
  })
}

/** The last turn of each page. */
async function turns(): Promise<Map<string, number>> {
  const { locks }: { locks?: LockManager } = navigator
  const last = new Map<string, number>()
  for (const { name } of (await locks?.query())?.held ?? []) {
    if (!name?.startsWith(MARK)) continue
    const [other = '', number = ''] = name.slice(MARK.length).split(':')
    last.set(other, Math.max(last.get(other) ?? 0, Number(number)))
  }
  return last
}

function seen(storage: Storage, other: string, number: number): Promise<boolean> {
  const isThere = () => Number(storage.getItem(MARK + other)) >= number
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
