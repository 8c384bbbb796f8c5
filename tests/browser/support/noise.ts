/** Text that no compression makes smaller by much. */
export function noise(length: number): string {
  const text: string[] = []
  // No more random bytes can be had at once.
  for (let left = length; left > 0; left -= 65_536) {
    text.push(
      ...Array.from(crypto.getRandomValues(new Uint8Array(Math.min(left, 65_536))), byte =>
        String.fromCharCode(32 + (byte % 94)),
      ),
    )
  }
  return text.join('')
}
