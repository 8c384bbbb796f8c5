/** Checks that an object is a storage backend. */

import { describe, wrong } from '../checks/options.js'
import type { StorageBackend } from './storage-backend.js'

const REQUIRED = ['init', 'get', 'set', 'delete', 'getAll', 'clear'] as const
const OPTIONAL = [
  'close',
  'getMany',
  'setMany',
  'deleteMany',
  'scan',
  'compareAndSet',
  'changes',
  'scanPage',
  'transact',
  'onConnection',
] as const

/** Throws an ArgumentError that names what `backend` lacks to be one. */
export function checkBackend(backend: unknown): asserts backend is StorageBackend {
  if (typeof backend !== 'object' || backend === null) {
    throw wrong(
      'backend',
      `a storage backend is an object with the methods of StorageBackend, not ${describe(backend)}`,
    )
  }
  const has: Partial<Record<string, unknown>> = backend
  const lacks = [
    ...REQUIRED.filter(name => typeof has[name] !== 'function'),
    ...OPTIONAL.filter(name => has[name] !== undefined && typeof has[name] !== 'function'),
  ]
  if (lacks.length > 0) throw wrong('backend', `the storage backend has no method ${lacks.join(', ')}`)
}
