/** Keys as subjects of NATS. */

const TEXT = new TextEncoder()
const PLAIN = /[0-9A-Za-z_-]/

/** The token after a bucket's subject that says that everything before it was cleared: no key's, whose `=` has a byte behind it. */
export const CLEAR = '=clear'

/** The subject of a key below its bucket's: dots part it, and other bytes than letters, digits, `-` and `_` are written `=7f`. */
export function subjectOf(key: string): string {
  return key.split('.').map(tokenOf).join('.')
}

/** The key of a subject. */
export function keyOf(subject: string): string {
  return subject
    .split('.')
    .map(token => (token === '=' ? '' : decodeURIComponent(token.replaceAll('=', '%'))))
    .join('.')
}

/** What the subjects of all keys have in common that begin with `prefix`: a filter, which may let others through. */
export function filterOf(prefix: string): string {
  const whole = prefix.split('.').slice(0, -1)
  return [...whole.map(tokenOf), '>'].join('.')
}

function tokenOf(text: string): string {
  if (text === '') return '='
  let token = ''
  for (const byte of TEXT.encode(text)) {
    const letter = String.fromCharCode(byte)
    token += PLAIN.test(letter) ? letter : `=${byte.toString(16).padStart(2, '0')}`
  }
  return token
}
