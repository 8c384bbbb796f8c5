/** The namespaces that scripts have declared, by the rules that hold in the worker. */

import { PermissionError, ValueError } from '../errors/error-classes.js'
import { NAMESPACES } from '../generated/limits.js'
import type { Declaration, NamespaceConfig } from '../generated/protocol.js'
import type { Namespace, Shared } from './namespace.js'
import { checkNesting, sameTerms } from './namespace-nesting.js'

const OPEN: NamespaceConfig = { read: true, write: true, shared: false, persistent: true, ttl: null, quota: null }

/** All declared namespaces. */
export class NamespaceRegistry {
  readonly #scripts = new Map<string, Map<string, NamespaceConfig>>()
  readonly #shared = new Map<string, Shared>()

  /**
   * Declares all of these for a script, or none. Throws a PermissionError when another script
   * shares a namespace of that name, above or below it under terms that do not allow it, and a
   * ValueError for too many.
   */
  register(script: string, declarations: readonly Declaration[]): void {
    this.#checkRoom(script, declarations)
    for (const { name, config } of declarations) {
      this.#checkConflict(script, name, config)
      checkNesting(this.#shared, script, name, config)
    }
    this.declare(script, declarations)
  }

  /** Takes in what another registry has allowed. */
  declare(script: string, declarations: readonly Declaration[]): void {
    for (const { name, config } of declarations) this.#declare(script, name, config)
  }

  /** Takes back what a script has declared. */
  unregister(script: string): void {
    this.#scripts.delete(script)
    for (const name of [...this.#shared.keys()]) this.#withdraw(name, script)
  }

  /**
   * All that a script may use, in order of names. What another script shares does not count below
   * what is this script's own: else whoever shares `a.b.c` would get what is meant for the script's own `a.b`.
   */
  all(script: string): Namespace[] {
    const found = new Map<string, Namespace>()
    for (const own of [scriptsOwn(script), temp(script)]) found.set(own.name, own)
    for (const [name, config] of this.#scripts.get(script) ?? []) found.set(name, { name, owner: script, config })
    const foreign: Namespace[] = []
    for (const [name, { config, declaredBy }] of this.#shared) {
      const namespace = { name, owner: declaredBy[0] ?? script, config }
      if (declaredBy.includes(script)) found.set(name, namespace)
      else if (!found.has(name)) foreign.push(namespace)
    }
    const visible = foreign.filter(({ name }) => !isBelowOwn(found, name))
    return [...found.values(), ...visible].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The longest namespace that prefixes `key`; nothing when the script has none for it. */
  resolve(script: string, key: string): Namespace | undefined {
    let best: Namespace | undefined
    for (const namespace of this.all(script)) {
      const within = key.length > namespace.name.length + 1 && key.startsWith(`${namespace.name}.`)
      if (within && namespace.name.length > (best?.name.length ?? 0)) best = namespace
    }
    return best
  }

  /** Throws a PermissionError when a script may not watch this key or prefix. */
  checkWatch(script: string, pattern: string): void {
    const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern
    if (this.all(script).some(({ name, config }) => config.read && overlaps(name, prefix))) return
    const found = this.resolve(script, pattern)
    if (found?.config.read) return
    throw new PermissionError(
      found
        ? `script '${script}' may not read '${pattern}': the namespace '${found.name}' of script '${found.owner}' does not allow it`
        : `script '${script}' has no namespace for the key '${pattern}': it is neither in 'script.${script}.*' nor in ` +
            `'temp.*', nor in a namespace that is registered by this script or shared by another`,
    )
  }

  /** Registrations that make another registry equal to this one. */
  *registrations(): Generator<[script: string, declarations: Declaration[]]> {
    for (const [script, own] of this.#scripts) yield [script, Array.from(own, ([name, config]) => ({ name, config }))]
    for (const [name, { config, declaredBy }] of this.#shared) {
      for (const script of declaredBy) yield [script, [{ name, config }]]
    }
  }

  #checkRoom(script: string, declarations: readonly Declaration[]): void {
    const names = new Set(this.#scripts.get(script)?.keys())
    for (const [name, { declaredBy }] of this.#shared) if (declaredBy.includes(script)) names.add(name)
    for (const { name } of declarations) names.add(name)
    if (names.size <= NAMESPACES) return
    throw new ValueError(
      `config: script '${script}' would have ${names.size} namespaces; it may register at most ${NAMESPACES}`,
      { path: 'config' },
    )
  }

  #checkConflict(script: string, name: string, config: NamespaceConfig): void {
    const shared = this.#shared.get(name)
    const owner = shared?.declaredBy[0]
    if (!shared || owner === script || sameTerms(shared.config, config)) return
    throw new PermissionError(
      `script '${script}' may not register the namespace '${name}': script '${owner}' shares it with another declaration`,
    )
  }

  #declare(script: string, name: string, config: NamespaceConfig): void {
    if (!config.shared) {
      this.#withdraw(name, script)
      const own = this.#scripts.get(script) ?? new Map<string, NamespaceConfig>()
      this.#scripts.set(script, own.set(name, config))
      return
    }
    this.#scripts.get(script)?.delete(name)
    const shared = this.#shared.get(name)
    if (!shared) this.#shared.set(name, { config, declaredBy: [script] })
    else if (shared.declaredBy[0] === script) shared.config = config
    else if (!shared.declaredBy.includes(script)) shared.declaredBy.push(script)
  }

  #withdraw(name: string, script: string): void {
    const shared = this.#shared.get(name)
    if (!shared?.declaredBy.includes(script)) return
    shared.declaredBy.splice(shared.declaredBy.indexOf(script), 1)
    if (shared.declaredBy.length === 0) this.#shared.delete(name)
  }
}

/** `script.<id>`: the script's own, without a declaration. */
function scriptsOwn(script: string): Namespace {
  return { name: `script.${script}`, owner: script, config: OPEN }
}

function temp(script: string): Namespace {
  return { name: 'temp', owner: script, config: { ...OPEN, persistent: false } }
}

/** Whether the next namespace above that the script has itself is not shared. */
function isBelowOwn(own: ReadonlyMap<string, Namespace>, name: string): boolean {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const above = own.get(name.slice(0, dot))
    if (above) return !above.config.shared
  }
  return false
}

/** Whether a namespace can hold keys that begin with `prefix`. */
function overlaps(name: string, prefix: string): boolean {
  return name.startsWith(prefix) || prefix.startsWith(`${name}.`)
}
