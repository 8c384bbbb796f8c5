/** A JSON parser that works in steps: the browser's own blocks the page until it has parsed all. */

import { put } from '../codec/value-reader.js'
import { STEP, STEP_BYTES, type Steps } from '../event-loop/steps.js'

/** A string is read in parts of so many of UTF-16's units. */
const PART = 64 * 1024
const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** The beginning of an escape. */
const CUT = /\\(?:u[\da-fA-F]{0,3})?$/
const WORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** An array or object that is being read, and the key of the next field. */
interface Level {
  readonly into: unknown[] | Record<string, unknown>
  key: string
}

/** The value of JSON text, as `JSON.parse` gives it. Throws the same SyntaxError for invalid text. */
export function* parseJsonInSteps(text: string): Steps<unknown> {
  const source = new Source(text)
  const levels: Level[] = []
  let root: unknown
  for (let work = 1; ; work++) {
    if (work > STEP) {
      work = 0
      yield
    }
    const begin = source.at
    const level = levels.at(-1)
    const into: Level['into'] | null = source.take('[') ? [] : source.take('{') ? {} : null
    const value = into ?? (source.isString ? yield* source.string() : source.word())
    work += (source.at - begin) / STEP_BYTES
    if (!level) root = value
    else if (Array.isArray(level.into)) level.into.push(value)
    else put(level.into, level.key, value)

    if (into && !source.take(Array.isArray(into) ? ']' : '}')) {
      const entered = { into, key: '' }
      levels.push(entered)
      if (!Array.isArray(into)) entered.key = yield* source.key()
      continue
    }
    for (;;) {
      const level = levels.at(-1)
      if (!level) {
        source.end()
        return root
      }
      if (source.take(',')) {
        if (!Array.isArray(level.into)) level.key = yield* source.key()
        break
      }
      source.need(Array.isArray(level.into) ? ']' : '}')
      levels.pop()
    }
  }
}

class Source {
  readonly #text: string
  at = 0

  constructor(text: string) {
    this.#text = text
    this.#space()
  }

  /** Takes a character of punctuation if it is next, with the space behind it. */
  take(character: string): boolean {
    if (this.#text[this.at] !== character) return false
    this.at++
    this.#space()
    return true
  }

  need(character: string): void {
    if (!this.take(character)) this.#fail()
  }

  *key(): Steps<string> {
    const key = yield* this.string()
    this.need(':')
    return key
  }

  get isString(): boolean {
    return this.#text[this.at] === '"'
  }

  *string(): Steps<string> {
    if (!this.isString) this.#fail()
    let [string, begin] = ['', this.at + 1]
    for (let end = -1; end < 0; ) {
      let part = this.#text.slice(begin, begin + PART)
      end = quoteIn(part)
      if (end >= 0) part = part.slice(0, end)
      else if (begin + PART >= this.#text.length) this.#fail()
      else {
        part = part.slice(0, cutOf(part))
        yield
      }
      string += this.#unescaped(part)
      begin += part.length
    }
    this.at = begin + 1
    this.#space()
    return string
  }

  /** A number, or a word. */
  word(): unknown {
    const value = this.#word()
    this.#space()
    return value
  }

  end(): void {
    if (this.at < this.#text.length) this.#fail()
  }

  #unescaped(part: string): string {
    try {
      return JSON.parse(`"${part}"`)
    } catch {
      return this.#fail()
    }
  }

  #word(): unknown {
    const number = this.#match(NUMBER)
    if (number !== '') return Number(number)
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.at)) continue
      this.at += word.length
      return value
    }
    return this.#fail()
  }

  #space(): void {
    if (this.#text.charCodeAt(this.at) <= 32) this.#match(SPACE)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  /** Says what is wrong in the browser's words. */
  #fail(): never {
    JSON.parse(this.#text)
    throw new SyntaxError('the text is not JSON')
  }
}

/** Where a string's part ends by a quote that is not escaped; -1 when there is none. */
function quoteIn(part: string): number {
  let quote = part.indexOf('"')
  while (quote >= 0 && isEscaped(part, quote)) quote = part.indexOf('"', quote + 1)
  return quote
}

/** Where a part can be cut so that no escape is. */
function cutOf(part: string): number {
  const begin = part.length - 5
  const found = CUT.exec(part.slice(begin))
  return found && !isEscaped(part, begin + found.index) ? begin + found.index : part.length
}

/** Whether an odd number of backslashes comes before. */
function isEscaped(part: string, at: number): boolean {
  let before = at
  while (part[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}
