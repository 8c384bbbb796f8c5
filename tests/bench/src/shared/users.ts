/** Several users, each in a page of its own. */

import { type Remote, windowEndpoint, wrap } from 'comlink'
import type { Place, User } from './user.js'

/** Pages, by the names that the table has for who is in them. */
export class Users {
  readonly users: Array<Remote<User>> = []
  readonly #frames: HTMLIFrameElement[] = []

  /** Opens them, one after the other. */
  static async open(count: number, kind: 'ours' | 'bare', place: Place): Promise<Users> {
    const users = new Users()
    for (let number = 0; number < count; number++) await users.#add(number, kind, place)
    return users
  }

  async close(): Promise<void> {
    await Promise.all(this.users.map(user => user.close()))
    for (const frame of this.#frames) frame.remove()
  }

  async #add(number: number, kind: 'ours' | 'bare', place: Place): Promise<void> {
    const frame = document.createElement('iframe')
    const isThere = new Promise<void>(resolve => {
      const listen = ({ data, source }: MessageEvent) => {
        if (data !== 'there' || source !== frame.contentWindow) return
        removeEventListener('message', listen)
        resolve()
      }
      addEventListener('message', listen)
    })
    frame.src = `http://user-${number}.${location.host}/bench/shared/frame.html#${kind}`
    document.body.append(frame)
    await isThere
    if (!frame.contentWindow) throw new Error('a frame has no window')
    const user = wrap<User>(windowEndpoint(frame.contentWindow))
    await user.open(place)
    this.users.push(user)
    this.#frames.push(frame)
  }
}
