/** The error that a promise rejects with; it is an error itself when it does not. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<Error> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw new Error(`it rejected with what is no Error: ${String(error)}`)
  }
  throw new Error(`it did not fail but gave ${JSON.stringify(value)}`)
}
