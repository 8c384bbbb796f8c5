/** The worker's errors as error classes. */

import {
  CancelledError,
  CannotWaitError,
  ExitError,
  HostFunctionError,
  isStorageCode,
  LimitError,
  LuaError,
  ModuleError,
  PermissionError,
  ProtocolError,
  QuotaError,
  type RunnerError,
  StorageError,
  ValueError,
} from '../errors/error-classes.js'
import type * as wire from '../generated/protocol.js'
import type { ThrownErrors } from './thrown-errors.js'

/** The class for an error's kind, with what belongs to it; causes are found again in `thrown`. */
export function errorFromWire({ message, kind, traceback }: wire.Error, thrown: ThrownErrors): RunnerError {
  if (typeof kind === 'string') return new simple[kind](message, { traceback })
  if ('Lua' in kind) return new LuaError(message, { traceback, value: kind.Lua.value })
  if ('Limit' in kind) return new LimitError(message, { traceback, ...kind.Limit })
  if ('Exit' in kind) return new ExitError(message, { traceback, exitCode: kind.Exit.code })
  if ('Value' in kind) return new ValueError(message, { traceback, path: kind.Value.path })
  if ('Host' in kind) return new HostFunctionError(message, { traceback, cause: thrown.find(kind.Host.cause) })
  const { cause, ...details } = kind.Storage
  const code = isStorageCode(cause?.name) ? { code: cause.name } : {}
  return new StorageError(message, { traceback, ...details, ...code, ...(cause ? { cause: thrown.find(cause) } : {}) })
}

const simple: Record<
  Extract<wire.ErrorKind, string>,
  new (
    message: string,
    options: { traceback: string },
  ) => RunnerError
> = {
  Cancelled: CancelledError,
  Permission: PermissionError,
  Quota: QuotaError,
  Module: ModuleError,
  Protocol: ProtocolError,
  CannotWait: CannotWaitError,
}
