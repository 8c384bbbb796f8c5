/** Folders and files of `node:fs`, with the methods of the origin's private file system that the log's backend calls. */

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askForFolder, type Release } from './wishes.js'

/** As `FileSystemSyncAccessHandle`. */
interface SyncHandle {
  getSize(): number
  read(into: Uint8Array, options: { at: number }): number
  write(bytes: Uint8Array, options: { at: number }): number
  truncate(length: number): void
  flush(): void
  close(): void
}

/** The root of all folders: a name is a path, or a URL of `file:`. */
export async function openFolder() {
  return { getDirectoryHandle: async (name: string) => new Folder(name) }
}

/** A folder, which is this thread's alone while a file of it is open. */
class Folder {
  readonly #path: string
  #open = 0
  #release: Release | null = null

  constructor(name: string) {
    this.#path = resolve(name.startsWith('file:') ? fileURLToPath(name) : name)
    told(() => makeFolder(this.#path))
  }

  async getFileHandle(name: string) {
    return { createSyncAccessHandle: () => this.#openFile(join(this.#path, name)) }
  }

  async #openFile(path: string): Promise<SyncHandle> {
    this.#release ??= await askForFolder(this.#path)
    this.#open++
    try {
      return syncHandle(path, () => this.#closed())
    } catch (error) {
      this.#closed()
      throw error
    }
  }

  #closed(): void {
    if (--this.#open > 0) return
    this.#release?.()
    this.#release = null
  }
}

/** Opens a file, which is made when it is not there. */
function syncHandle(path: string, closed: () => void): SyncHandle {
  const file = told(() => open(path))
  return {
    getSize: () => told(() => fstatSync(file).size),
    read: (into, { at }) => told(() => whole(into, at, (part, from) => readSync(file, part, 0, part.length, from))),
    write: (bytes, { at }) => told(() => whole(bytes, at, (part, from) => writeSync(file, part, 0, part.length, from))),
    truncate: length => told(() => ftruncateSync(file, length)),
    flush: () => told(() => fdatasyncSync(file)),
    close: () => {
      closeSync(file)
      closed()
    },
  }
}

/** Makes a folder and those above it. Node's own way does not end where a file system takes none, such as `/proc`. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  try {
    mkdirSync(path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path).isDirectory()) return
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path || existsSync(dirname(path))) throw error
    makeFolder(dirname(path))
    makeFolder(path)
  }
  keepName(dirname(path))
}

function open(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const file = openSync(path, 'wx+')
  keepName(dirname(path))
  return file
}

/** Makes durable that the folder has a new file. */
function keepName(folder: string): void {
  // Windows opens no folders, and needs none of this.
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** The system may do a part of it at a time. Gives how many bytes were done in all. */
function whole(bytes: Uint8Array, at: number, some: (part: Uint8Array, from: number) => number): number {
  for (let done = 0; ; ) {
    const more = done < bytes.length ? some(bytes.subarray(done), at + done) : 0
    if (more === 0) return done
    done += more
  }
}

/** The browsers' name for a disk that is full. */
const FULL = ['ENOSPC', 'EDQUOT']

/** Does it; a failure gets the name that the backend knows. */
function told<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw Object.assign(new Error(String((error as Error).message), { cause: error }), {
      name: FULL.includes(codeOf(error)) ? 'QuotaExceededError' : 'FileError',
    })
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? ''
}
