/** What the script keeps in State, where others write to it too: what they change flashes. */

export class StatePane {
  /** @type {HTMLElement} */
  #element
  /** @type {() => void} */
  #end = () => {}

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element
  }

  /**
   * Shows a script's own keys.
   * @param {import('pubwiki-lua').Runner} runner
   * @param {string} scriptId
   * @param {() => boolean} isOwn whether what changes now is this page's own doing
   */
  async show({ state }, scriptId, isOwn) {
    this.hide()
    this.#element.hidden = false
    const prefix = `script.${scriptId}.`
    this.#end = state.watch(scriptId, prefix, (value, key) => this.#set(key, value, !isOwn()))
    const { entries } = await state.entries(scriptId, { prefix })
    for (const { key, record } of entries) this.#set(key, record.value, false)
  }

  hide() {
    this.#end()
    this.#end = () => {}
    this.#element.replaceChildren()
    this.#element.hidden = true
  }

  /**
   * @param {string} key
   * @param {unknown} value
   * @param {boolean} isOthers
   */
  #set(key, value, isOthers) {
    const before = [...this.#element.children].find(row => row instanceof HTMLElement && row.dataset['key'] === key)
    if (value === undefined) {
      before?.remove()
      return
    }
    const row = document.createElement('div')
    row.dataset['key'] = key
    row.classList.toggle('flash', isOthers)
    row.append(cell('dt', key), cell('dd', JSON.stringify(value)))
    if (before) before.replaceWith(row)
    else this.#element.append(row)
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function cell(name, text) {
  const element = document.createElement(name)
  element.textContent = text
  return element
}
