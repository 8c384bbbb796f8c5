/** A stored value with its times, as the page and its backends see it. */

/** One stored value with its times. */
export interface StateRecord {
  /** `scriptId:namespace:key`. */
  key: string
  /** The stored value: any JSON-serializable data. */
  value: unknown
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Milliseconds since the epoch. */
  updatedAt: number
  /** Milliseconds since the epoch; absent for a record that does not expire. */
  expiresAt?: number
  /** The version that an engine gave it, whatever that looks like: for a backend with `compareAndSet`. */
  version?: string
}
