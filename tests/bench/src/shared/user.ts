/** A user of a NATS server, whose records others use too: what the benchmarks have one do. */

/** The server, and what each benchmark keeps for itself there. */
export interface Place {
  server: string
  bucket: string
}

/** Does it by State, or by the bare client library. */
export interface User {
  /** Reads what there is, and hears of all that is written from now on. Resolves to the number of records. */
  open(place: Place): Promise<number>
  /** Stores a number. Resolves when it is durable. */
  set(name: string, value: number): Promise<void>
  /** Resolves when a record has this number, whoever stored it. */
  becomes(name: string, value: number): Promise<void>
  /** Writes 10,000 records at once. Resolves to their number when all are durable. */
  write(): Promise<number>
  /** Adds one to each of these, `times` over, one update after the other. Resolves to the last sum. */
  add(names: readonly string[], times: number): Promise<number>
  close(): Promise<void>
}

/** How many records `write` writes. */
export const RECORDS = 10_000
