/** Paths into values, such as `value.items[3].owner`. */

/** The path of an array's item. */
export function atIndex(path: string, index: number): string {
  return `${path}[${index}]`
}

/** The path of an object's field. */
export function atKey(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}
