/**
 * How the bytes of a frame are posted. A short frame is a string with one character for each byte: a
 * browser clones a short string faster than a typed array. Either form is read, whatever its length.
 */

/** Up to here a frame is posted as a string. */
const SHORT = 256

/** A frame in the form in which it is posted: its text, or the frame itself. */
export function pack<Frame extends Uint8Array>(frame: Frame): string | Frame {
  // A typed array is as good as an array there, and is not taken apart first.
  return frame.length <= SHORT ? String.fromCharCode.apply(null, frame as unknown as number[]) : frame
}

/** As [`pack`], of a view of memory: what is longer is copied, so that not all of the memory is posted. */
export function packView(frame: Uint8Array): string | Uint8Array<ArrayBuffer> {
  const posted = pack(frame)
  return typeof posted === 'string' ? posted : posted.slice()
}

/**
 * Writes the bytes of what was posted to the beginning of `into`, where they fit, and gives back how
 * many they are; -1 for an invalid frame.
 */
export function unpack(posted: unknown, into: Uint8Array): number {
  if (posted instanceof Uint8Array) {
    if (posted.length <= into.length) into.set(posted)
    return posted.length
  }
  if (typeof posted !== 'string') return -1
  if (posted.length > into.length) return posted.length
  let seen = 0
  for (let index = 0; index < posted.length; index++) {
    const code = posted.charCodeAt(index)
    into[index] = code
    seen |= code
  }
  return seen > 255 ? -1 : posted.length
}
