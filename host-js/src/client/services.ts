/** The interfaces by which a client calls its session and its runs. */

import type * as wire from '../generated/protocol.js'

/** The worker's calls that its session serves; localStorage is served without one. */
export type SessionCall = Exclude<wire.HostCall, { LocalStorage: unknown } | { Input: unknown }>

/** The events of State. */
export type StateEvent = Extract<
  wire.Event,
  { StateChanged: unknown } | { Registered: unknown } | { Unregistered: unknown }
>

/** The services of a session to its worker. */
export interface Services {
  /** Answers a call. Rejects with what the page's own code threw. */
  call(call: SessionCall): Promise<wire.HostAnswer>
  /** Passes a notice to the page. */
  notice(notice: wire.Notice): void
  /** The number of fetched modules that the worker keeps has changed. */
  modulesFetched(count: number): void
  /** A watched key, or a script's declarations, have changed. */
  stateEvent(event: StateEvent): void
}

/** A run's output, errors and input. */
export interface Streams {
  output(chunk: Uint8Array): void
  errors(chunk: Uint8Array): void
  /** The next piece of the input; undefined at its end. */
  input(): Promise<Uint8Array | undefined>
}
