/** The output pane. */

import { LuaError, RunnerError } from 'pubwiki-lua'

/** How many characters are kept: older ones go. */
const KEPT = 200_000

/** Shows what a run says. */
export class OutputPane {
  /** @type {HTMLElement} */
  #element

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element
  }

  clear() {
    this.#element.replaceChildren()
  }

  /**
   * What the script printed.
   * @param {string} text
   */
  print(text) {
    this.#add(document.createTextNode(text))
    while ((this.#element.textContent?.length ?? 0) > KEPT) this.#element.firstChild?.remove()
  }

  /**
   * What it returned.
   * @param {readonly unknown[]} values
   */
  returned(values) {
    if (values.length > 0) this.#add(block('returned', values.map(show).join(', ')))
  }

  /**
   * What ended it.
   * @param {unknown} error
   */
  failed(error) {
    const box = block('failure', String(error))
    if (error instanceof LuaError && typeof error.value === 'object') box.append(block('value', show(error.value)))
    if (error instanceof RunnerError && error.traceback) box.append(block('trace', error.traceback))
    this.#add(box)
  }

  /** @param {Node} node */
  #add(node) {
    const { scrollTop, scrollHeight, clientHeight } = this.#element
    this.#element.append(node)
    // Who has scrolled up is reading.
    if (scrollTop + clientHeight > scrollHeight - 40) this.#element.scrollTop = this.#element.scrollHeight
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function block(name, text) {
  const element = document.createElement('div')
  element.className = name
  element.textContent = text
  return element
}

/**
 * A value as a person reads it.
 * @param {unknown} value
 */
function show(value) {
  if (value === undefined) return 'nil'
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner === 'bigint') return `${inner}`
    return inner instanceof Uint8Array ? `${inner.length} bytes` : inner
  })
}
