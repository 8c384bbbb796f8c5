/**
 * The error classes. Each has a stable `code`.
 */

import type { RunStats } from '../generated/protocol.js'
import { framesOf, type LuaFrame, placeOf } from './lua-traceback.js'

/** The base class of this package's errors. */
export abstract class RunnerError extends Error {
  /** Which failure it is; it stays the same from release to release. */
  abstract readonly code: string
  abstract override readonly name: string
  /** Where Lua was, as text; empty when the failure did not pass through Lua. */
  readonly traceback: string
  /** For the failure of a run: what the script had printed. */
  output?: string
  /** For the failure of a run in a worker that lives on: what it had taken. */
  stats?: RunStats

  constructor(message: string, options: { traceback?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.traceback = options.traceback ?? ''
  }
}

/** The script raised an error, or does not compile. */
export class LuaError extends RunnerError {
  override readonly name: string = 'LuaError'
  readonly code: string = 'LUA_ERROR'
  /** The value that the script raised; the message where that takes more than 256 KiB, or cannot cross. */
  readonly value: unknown
  /** The name of the source in which it arose, such as a file's; absent where that is not known. */
  readonly chunk?: string
  /** The line there, from 1; absent where that is not known. */
  readonly line?: number
  /** The calls that led there, the innermost first, as far as the traceback tells. */
  readonly frames: readonly LuaFrame[]

  constructor(message: string, options: { value?: unknown; traceback?: string; cause?: unknown } = {}) {
    super(message, options)
    this.value = options.value
    this.frames = framesOf(this.traceback)
    const place = placeOf(message) ?? this.frames.find(({ line }) => line !== undefined)
    if (place?.line !== undefined) {
      this.chunk = place.chunk
      this.line = place.line
    }
  }
}

/** A host function threw or rejected, and the script did not catch it; `cause` is what it threw. */
export class HostFunctionError extends LuaError {
  override readonly name = 'HostFunctionError'
  override readonly code = 'HOST_ERROR'
}

/** The portable artifact would have had to wait where Lua cannot yield. */
export class CannotWaitError extends LuaError {
  override readonly name = 'CannotWaitError'
  override readonly code = 'CANNOT_WAIT'
}

/** The script ended itself by `os.exit`, with an exit code that is not 0. */
export class ExitError extends RunnerError {
  override readonly name = 'ExitError'
  readonly code = 'EXIT'
  /** The exit code, from 1 to 255. */
  readonly exitCode: number

  constructor(message: string, options: { exitCode: number; traceback?: string }) {
    super(message, options)
    this.exitCode = options.exitCode
  }
}

/** The limits of a run, by their names in `limits`; `sourceBytes` is fixed. */
export type LimitName = 'timeoutMs' | 'cpuMs' | 'memoryBytes' | 'outputBytes' | 'sourceBytes'

/** A run reached one of its limits. */
export class LimitError extends RunnerError {
  override readonly name = 'LimitError'
  readonly code = 'LIMIT_EXCEEDED'
  /** Which limit. */
  readonly limit: LimitName
  /** Its value, in milliseconds or bytes. */
  readonly value: number

  constructor(message: string, options: { limit: LimitName; value: number; traceback?: string }) {
    super(message, options)
    this.limit = options.limit
    this.value = options.value
  }
}

/** The run was cancelled, or its runner was closed. An AbortSignal's reason is the `cause`. */
export class CancelledError extends RunnerError {
  override readonly name = 'CancelledError'
  readonly code = 'CANCELLED'
}

/** The script may not do this. */
export class PermissionError extends RunnerError {
  override readonly name = 'PermissionError'
  readonly code = 'PERMISSION_DENIED'
}

/** A namespace's quota is used up. (A full browser is a StorageError whose `cause` is named `QuotaExceededError`.) */
export class QuotaError extends RunnerError {
  override readonly name = 'QuotaError'
  readonly code = 'QUOTA_EXCEEDED'
}

/**
 * `OUTCOME_UNKNOWN`: it is not known whether what was asked for was done; `OFFLINE`: it was not, for the backend's engine
 * is not reached.
 */
export type StorageCode = 'STORAGE_FAILED' | 'OUTCOME_UNKNOWN' | 'OFFLINE'

/** Whether this is the code that a backend's own error may have. */
export function isStorageCode(code: unknown): code is StorageCode {
  return code === 'OUTCOME_UNKNOWN' || code === 'OFFLINE'
}

/** A storage backend failed. For a page-provided backend, `cause` is what it threw. */
export class StorageError extends RunnerError {
  override readonly name = 'StorageError'
  readonly code: StorageCode
  /** The backend's name: the class of a page-provided one. */
  readonly backend: string
  /**
   * The operation that failed: of a page-provided backend its method, such as `setMany`; of a built-in one `init`,
   * `get`, `getAll`, `write` or `clear`; `lock` where the browser gives an update no lock.
   */
  readonly operation: string
  /** The records it was about, or the first of them: 1 MiB at most. */
  readonly keys: readonly string[]

  constructor(
    message: string,
    options: {
      backend: string
      operation: string
      keys: readonly string[]
      code?: StorageCode
      traceback?: string
      cause?: unknown
    },
  ) {
    super(message, options)
    this.code = options.code ?? 'STORAGE_FAILED'
    this.backend = options.backend
    this.operation = options.operation
    this.keys = options.keys
  }
}

/** A module is missing or cannot be loaded. */
export class ModuleError extends RunnerError {
  override readonly name = 'ModuleError'
  readonly code = 'MODULE_FAILED'
}

/** A value cannot cross between JavaScript and Lua, or cannot be stored. */
export class ValueError extends RunnerError {
  override readonly name = 'ValueError'
  readonly code = 'INVALID_VALUE'
  /** Where in the value, such as `value.items[3].owner`. */
  readonly path: string

  constructor(message: string, options: { path: string; traceback?: string }) {
    super(message, options)
    this.path = options.path
  }
}

/**
 * The page passed an argument or option of a wrong type, or an unknown option. It is not a
 * RunnerError, but a TypeError that has a code too.
 */
export class ArgumentError extends TypeError {
  readonly code = 'INVALID_VALUE'
  /** Which one, such as `limits.timeoutMs`. */
  readonly path: string

  constructor(message: string, options: { path: string; cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.path = options.path
  }
}

/** This can only be chosen before the runner is loaded. */
export class AlreadyStartedError extends RunnerError {
  override readonly name = 'AlreadyStartedError'
  readonly code = 'ALREADY_STARTED'
}

/** A message was not understood, or page and worker are of different releases. */
export class ProtocolError extends RunnerError {
  override readonly name = 'ProtocolError'
  readonly code = 'PROTOCOL_ERROR'
}

/** The worker could not be started. */
export class WorkerFailedError extends RunnerError {
  override readonly name = 'WorkerFailedError'
  readonly code = 'WORKER_FAILED'
}

/** The worker died while this was in progress; the next use starts a new one. */
export class WorkerReplacedError extends RunnerError {
  override readonly name = 'WorkerReplacedError'
  readonly code = 'WORKER_REPLACED'
}
