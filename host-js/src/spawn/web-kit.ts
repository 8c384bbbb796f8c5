/** The engine whose workers and whose compiler take what others do not. */

/** Whether this is WebKit: Safari, and every browser on iOS. */
export const isWebKit = (): boolean => !!globalThis.navigator?.vendor?.startsWith('Apple')
