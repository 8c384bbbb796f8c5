/** What a thread asks of the process's main side, by messages outside the protocol. */

/** Of a thread. Each is answered, or refused, under its id; it is held until it is released. */
export type Ask =
  | { readonly ask: number; readonly lock: string }
  | { readonly ask: number; readonly folder: string }
  | { readonly release: number }

/** Of the main side. */
export type Told = { readonly granted: number } | { readonly refused: number; readonly message: string }

/** Whether a message is a thread's wish; frames are strings or bytes. */
export function isAsk(message: unknown): message is Ask {
  return typeof message === 'object' && message !== null && ('ask' in message || 'release' in message)
}

/** Whether a message is an answer to a wish. */
export function isTold(message: unknown): message is Told {
  return typeof message === 'object' && message !== null && ('granted' in message || 'refused' in message)
}
