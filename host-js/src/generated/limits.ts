// Generated from runtime/src/protocol by `cargo xtask generate`. Do not edit.

/** Wall time of a run, in milliseconds, unless `timeoutMs` says otherwise. */
export const TIMEOUT_MS = 30000

/** Time that a run computes, in milliseconds, unless `cpuMs` says otherwise. */
export const CPU_MS = 10000

/** Memory of a run, in bytes, unless `memoryBytes` says otherwise. */
export const MEMORY_BYTES = 67108864

/** The most that `memoryBytes` may be, in bytes: half of what a worker can have. */
export const MOST_MEMORY_BYTES = 2147483648

/** What a run may print, in bytes, unless `outputBytes` says otherwise. */
export const OUTPUT_BYTES = 1048576

/** A script's source, in bytes. */
export const SOURCE_BYTES = 8388608

/** A module's source, in bytes. */
export const MODULE_BYTES = 4194304

/** What names a module, in bytes. */
export const MODULE_SPEC_BYTES = 2048

/** How long a module may take to be fetched, in milliseconds. */
export const FETCH_MS = 30000

/** How long the page's code may take to answer a call, in milliseconds. */
export const CALL_MS = 30000

/** How long another tab may keep a database from being opened, in milliseconds. */
export const OPEN_DATABASE_MS = 30000

/** How deep the arrays and objects of a value may nest. */
export const VALUE_DEPTH = 128

/** A script's id, in characters. */
export const SCRIPT_ID_LENGTH = 128

/** A namespace's name, in bytes. */
export const NAMESPACE_NAME_BYTES = 255

/** Namespaces of a script. */
export const NAMESPACES = 256

/** A key of State, in bytes. */
export const KEY_BYTES = 4096

/** A record of State as JSON, in bytes. */
export const RECORD_BYTES = 67108864

/** Watches of a run. */
export const WATCHES = 1000

/** An error's message and its traceback, in bytes; what is longer is cut. */
export const MESSAGE_BYTES = 65536

/** A name within an error's message, in bytes; what is longer is cut. */
export const NAME_BYTES = 256

/** Items of a list in one message; more come in parts. */
export const PART_ITEMS = 1024

/** Bytes of a list in one message; more come in parts. */
export const PART_BYTES = 262144
