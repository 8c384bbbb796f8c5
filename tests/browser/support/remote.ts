/** The server of xtask that keeps State for the document's RemoteAPIBackend. */

import type { StateRecord } from 'pubwiki-lua'

/** How a store of the server answers. */
export type Answers = 'well' | 'missing' | 'broken' | 'garbage' | 'never'

let last = 0

/** An empty store of the server. */
export class Remote {
  /** What a RemoteAPIBackend is given. */
  readonly url = `http://${new URLSearchParams(location.search).get('web')}/remote/${++last}`

  /** Says how everything is answered from now on. */
  async answer(how: Answers): Promise<void> {
    const response = await fetch(`${this.url}/answers`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(how),
    })
    if (!response.ok) throw new Error(`the server says ${response.status}`)
  }

  /** The values that it has, by key. It must answer well. */
  async values(): Promise<Record<string, unknown>> {
    const records: StateRecord[] = await (await fetch(`${this.url}/state`)).json()
    return Object.fromEntries(records.map(({ key, value }) => [key, value]))
  }
}
