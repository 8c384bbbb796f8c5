/** Errors that no promise can carry. */

/** Reports an error that no promise can carry, as the browser does for an uncaught one. */
export function report(error: unknown): void {
  reportError(error)
}

/** Calls one of the page's callbacks; what it throws is reported, and not thrown here. */
export function callBack<T extends unknown[]>(callback: ((...args: T) => void) | undefined, ...args: T): void {
  try {
    callback?.(...args)
  } catch (error) {
    report(error)
  }
}
