import { PermissionError } from '../../../host-js/src/errors/error-classes.js'
import { type ScriptNamespaceConfig, toDeclarations } from '../../../host-js/src/namespaces/namespace-config.js'
import { NamespaceRegistry } from '../../../host-js/src/namespaces/namespace-registry.js'
import vectors from '../../golden/namespaces.json'
import { describe, expect, it } from '../harness/index.js'

interface Step {
  readonly register?: string
  readonly namespaces?: ScriptNamespaceConfig
  readonly refused?: boolean
  readonly unregister?: string
  readonly script?: string
  readonly key?: string
  readonly record?: string | null
}

/** The key of the record that a script reaches by `key`. */
function recordOf(registry: NamespaceRegistry, script: string, key: string): string | null {
  const found = registry.resolve(script, key)
  if (!found) return null
  return `${found.config.shared ? '*' : script}:${found.name}:${key.slice(found.name.length + 1)}`
}

describe('golden vectors of namespaces', () => {
  for (const { name, steps } of vectors) {
    it(`hold in the page's mirror: ${name}`, () => {
      const registry = new NamespaceRegistry()
      for (const step of steps as readonly Step[]) {
        const { register, namespaces, unregister, script, key } = step
        if (register !== undefined) {
          const declare = () => registry.register(register, toDeclarations(register, namespaces ?? {}))
          if (step.refused) expect(declare).toThrow(PermissionError)
          else declare()
        } else if (unregister !== undefined) {
          registry.unregister(unregister)
        } else if (script !== undefined && key !== undefined) {
          expect(recordOf(registry, script, key)).toBe(step.record ?? null)
        }
      }
    })
  }
})
