/** What a client needs of the session and of the runs that use it. */

import type * as wire from '../generated/protocol.js'

/** What a worker asks of its session; localStorage is there without one. */
export type SessionCall = Exclude<wire.HostCall, { LocalStorage: unknown } | { Input: unknown }>

/** The events of State. */
export type StateEvent = Extract<wire.Event, { StateChanged: unknown } | { Registered: unknown } | { Unregistered: unknown }>

/** What a session offers to its worker. */
export interface Services {
  /** Answers a call. Rejects with what the page's own code threw. */
  call(call: SessionCall): Promise<wire.HostAnswer>
  /** Tells the page something. */
  notice(notice: wire.Notice): void
  /** The worker keeps so many fetched modules. */
  modulesFetched(count: number): void
  /** What is watched, or what is declared, has changed. */
  stateEvent(event: StateEvent): void
}

/** Where a run writes to and reads from. */
export interface Streams {
  output(chunk: Uint8Array): void
  errors(chunk: Uint8Array): void
  /** The next piece of the input; undefined at its end. */
  input(): Promise<Uint8Array | undefined>
}
