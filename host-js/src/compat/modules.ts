/** The modules of the one runner that all module-level functions share. */

import { ModuleIndex } from '../session/module-index.js'

/** They can be registered before the runner is loaded, and survive its worker. */
export const pageModules = new ModuleIndex()

/** Lets scripts `require` a module by `file://` and this name, which may be given with or without `file://`. */
export function registerFileModule(identifier: string, source: string | Uint8Array): void {
  pageModules.register(identifier, source)
}

/** A later name for {@link registerFileModule}. */
export function uploadFileModule(identifier: string, source: string | Uint8Array): void {
  pageModules.register(identifier, source)
}

/** Forgets a registered module. */
export function removeFileModule(identifier: string): void {
  pageModules.remove(identifier)
}

/** The names of the registered modules, without `file://`. */
export function listFileModules(): string[] {
  return pageModules.list()
}

/** Forgets the modules that were fetched: the next `require` fetches them again. */
export function clearRemoteModuleCache(): void {
  pageModules.clearFetched()
}

/** Forgets all modules, the registered ones too. */
export function clearModuleCache(): void {
  pageModules.clear()
}

/** How many modules are kept: registered and fetched ones. */
export function getModuleCacheSize(): number {
  return pageModules.size
}
