// Generated from runtime/src/protocol by `cargo xtask generate`. Do not edit.

/** The protocol's version. Both sides name theirs in their first message. */
export const VERSION = 1

/** How many items of a list a message has at most, and bytes of them: more come in parts. */

/**
 * The answer to a request.
 */
export type Answer = "Done" | { "Error": Error } | { "Run": RunOutcome } | { "State": StateAnswer } | { "Backend": BackendAnswer };

/**
 * The two builds of the worker.
 */
export type Artifact = "jspi" | "portable";

/**
 * The answer of a backend.
 */
export type BackendAnswer = "Done" | { "Record": Record | null } | { "Records": Array<Record> } | { "Versioned": { 
/**
 * The records.
 */
records: Array<Record>, 
/**
 * Their versions, one for each; an empty one is none.
 */
versions: Array<string>, 
/**
 * Where the next page begins; absent after the last.
 */
cursor: string | null, } } | { "Swapped": { 
/**
 * The version that this made.
 */
version: string, } };

/**
 * A change that anyone has made to the host's own backend.
 */
export type BackendChange = { "Stored": { 
/**
 * The record.
 */
record: Record, 
/**
 * Its version; absent where the backend has none.
 */
version: string | null, } } | { "Removed": { 
/**
 * The record's key.
 */
key: string, } };

/**
 * A backend.
 */
export type BackendChoice = "Memory" | { "IndexedDb": { 
/**
 * The database's name; ours when absent.
 */
database: string | null, 
/**
 * What a write waits for.
 */
durability: Durability, } } | { "Host": { 
/**
 * Its name in errors.
 */
name: string, 
/**
 * Which optional methods it has.
 */
methods: HostMethods, } } | { "LocalStorage": { 
/**
 * What its items' names begin with; ours when absent.
 */
prefix: string | null, } } | { "Opfs": { 
/**
 * The folder's name; ours when absent.
 */
folder: string | null, } } | { "Fs": { 
/**
 * Its path, or its URL.
 */
folder: string, } };

/**
 * One call to a backend, whichever side it lives on.
 */
export type BackendOp = "Init" | { "Get": { 
/**
 * The record's key.
 */
key: string, } } | { "Set": { 
/**
 * What to store.
 */
record: Record, } } | { "Delete": { 
/**
 * The record's key.
 */
key: string, } } | "GetAll" | "Clear" | { "GetMany": { 
/**
 * The records' keys.
 */
keys: Array<string>, } } | { "SetMany": { 
/**
 * What to store.
 */
records: Array<Record>, } } | { "DeleteMany": { 
/**
 * The records' keys.
 */
keys: Array<string>, } } | { "Scan": { 
/**
 * What the keys begin with.
 */
prefix: string, } } | "Close" | { "CompareAndSet": { 
/**
 * The record's key.
 */
key: string, 
/**
 * What must be there; absent for no record.
 */
version: string | null, 
/**
 * What is to be there; absent for no record.
 */
next: Record | null, } } | { "ScanPage": { 
/**
 * What the keys begin with.
 */
prefix: string, 
/**
 * Where the page begins, as the one before said; absent for the first.
 */
cursor: string | null, 
/**
 * How many records are wanted at the most.
 */
limit: number, } } | { "Transact": { 
/**
 * What to store.
 */
records: Array<Record>, 
/**
 * The keys of what to remove.
 */
removed: Array<string>, } };

/**
 * A namespace that a script declares.
 */
export type Declaration = { 
/**
 * The namespace.
 */
name: string, 
/**
 * What holds in it.
 */
config: NamespaceConfig, };

/**
 * Whose names a script finds.
 */
export type Dialect = "Lua54" | "Lua51";

/**
 * The point at which a write counts as durable.
 */
export type Durability = "relaxed" | "strict";

/**
 * In which order entries come.
 */
export type EntryOrder = "key" | "updated";

/**
 * A failure that reaches a person: its kind says which error class it is on the host. Whatever it
 * quotes, its texts are bounded: see [`crate::text`].
 */
export type Error = { 
/**
 * What was wrong, where, and what to do.
 */
message: string, 
/**
 * Which failure it is, with what belongs to it. Boxed to keep results small.
 */
kind: ErrorKind, 
/**
 * Where Lua was, as text; empty when the failure did not pass through Lua.
 */
traceback: string, };

/**
 * The kinds of failure. [`ErrorKind::code`] is stable.
 */
export type ErrorKind = { "Lua": { 
/**
 * What was raised.
 */
value: Value, } } | { "Limit": { 
/**
 * Which one.
 */
limit: Limit, 
/**
 * Its value: milliseconds, bytes or levels.
 */
value: number, } } | "Cancelled" | "Permission" | "Quota" | { "Storage": { 
/**
 * The backend's name.
 */
backend: string, 
/**
 * The operation that failed.
 */
operation: string, 
/**
 * The keys it was about: the first 100 of them, and at most 1 MiB.
 */
keys: Array<string>, 
/**
 * What the backend threw.
 */
cause: HostError | null, } } | "Module" | { "Value": { 
/**
 * Where in the value, such as `value.items[3].owner`.
 */
path: string, } } | "Protocol" | { "Host": { 
/**
 * What it threw.
 */
cause: HostError, 
/**
 * The same as a value, for the script that catches it; nil when it was an error of JavaScript's.
 */
value: Value, } } | "CannotWait" | { "Exit": { 
/**
 * The exit code, as a shell sees it; never 0 on the host.
 */
code: number, } };

/**
 * Worker to host.
 */
export type Event = { "Ready": { 
/**
 * [`super::VERSION`] of the worker.
 */
version: number, 
/**
 * Which artifact answers.
 */
artifact: Artifact, } } | { "Answer": { 
/**
 * The request's id.
 */
id: number, 
/**
 * What came of it.
 */
answer: Answer, } } | { "Output": { 
/**
 * The run's id.
 */
run: number, 
/**
 * The bytes.
 */
chunk: Uint8Array, } } | { "Call": { 
/**
 * Names the call.
 */
id: number, 
/**
 * What is asked.
 */
call: HostCall, } } | { "Notice": Notice } | "Heartbeat" | { "ModulesFetched": { 
/**
 * The number.
 */
count: number, } } | { "StateChanged": { 
/**
 * The watch's id.
 */
watch: number, 
/**
 * `namespace.rest`.
 */
key: string, 
/**
 * The value now as JSON text; absent when it was removed or has expired.
 */
value: string | null, } } | { "Registered": { 
/**
 * Whose they are.
 */
script_id: string, 
/**
 * What was declared.
 */
namespaces: Array<Declaration>, } } | { "Unregistered": { 
/**
 * Whose declarations.
 */
script_id: string, } } | { "ErrorOutput": { 
/**
 * The run's id.
 */
run: number, 
/**
 * The bytes.
 */
chunk: Uint8Array, } } | { "AnswerPart": { 
/**
 * The request's id.
 */
id: number, 
/**
 * The next items.
 */
part: Part, } } | { "CallPart": { 
/**
 * The call's id.
 */
id: number, 
/**
 * The next items.
 */
part: Part, } } | { "RunFailed": { 
/**
 * The run's id.
 */
run: number, 
/**
 * What it took.
 */
stats: RunStats, } } | { "Imported": { 
/**
 * The request's id.
 */
id: number, 
/**
 * The number.
 */
done: number, } };

/**
 * An item of localStorage whose record has expired.
 */
export type ExpiredItem = { 
/**
 * Its name, without the prefix.
 */
name: string, 
/**
 * When, in milliseconds since the epoch.
 */
expiresAt: number, };

/**
 * Worker to host.
 */
export type FromWorker = "WorkerLoaded" | { "ProcessOutput": [number, Event] };

/**
 * When a function is compiled.
 */
export type Heat = { 
/**
 * How often it is called, or goes round a loop, before.
 */
threshold: number, 
/**
 * How many of its instructions are watched before, for the types of what they work on.
 */
watched: number, };

/**
 * The host's answer to a `Call`.
 */
export type HostAnswer = { "Backend": BackendAnswer } | { "Value": Value } | { "Error": HostError } | { "ModulePolicy": ModuleVerdict } | { "LocalStorage": Array<LocalStorageItem> } | { "Values": Array<Value> } | { "Thrown": { 
/**
 * As its text.
 */
cause: HostError, 
/**
 * As a value.
 */
value: Value, } };

/**
 * A call of the worker to the host.
 */
export type HostCall = { "Backend": BackendOp } | { "Function": { 
/**
 * The run that calls.
 */
run: number, 
/**
 * The function's name.
 */
name: string, 
/**
 * Its arguments.
 */
args: Array<Value>, } } | { "ModulePolicy": ModuleQuestion } | { "LocalStorage": { 
/**
 * What the names of the items begin with.
 */
prefix: string, 
/**
 * What to do; its names are without the prefix.
 */
op: LocalStorageOp, } } | { "Input": { 
/**
 * The run that reads.
 */
run: number, } } | { "Resolve": { 
/**
 * The name, without a scheme.
 */
name: string, 
/**
 * The spec of the module, or the name of the script, that requires it; none for code without a name.
 */
from: string | null, } };

/**
 * An exception of JavaScript's.
 */
export type HostError = { 
/**
 * Its `name`, such as `TypeError`.
 */
name: string, 
/**
 * Its `message`.
 */
message: string, };

/**
 * The optional methods of the host's own backend.
 */
export type HostMethods = { 
/**
 * It has `getMany(keys)`.
 */
getMany: boolean, 
/**
 * It has `setMany(records)`.
 */
setMany: boolean, 
/**
 * It has `deleteMany(keys)`.
 */
deleteMany: boolean, 
/**
 * It has `scan(prefix)`.
 */
scan: boolean, 
/**
 * It has `compareAndSet(key, version, next)`, and its records have versions.
 */
compareAndSet: boolean, 
/**
 * It has `changes(listener)`.
 */
changes: boolean, 
/**
 * It has `scanPage(prefix, cursor, limit)`.
 */
scanPage: boolean, 
/**
 * It has `transact(writes)`.
 */
transact: boolean, 
/**
 * It removes what has expired by itself.
 */
expires: boolean, };

/**
 * The limits of a run.
 */
export type Limit = "timeoutMs" | "cpuMs" | "memoryBytes" | "outputBytes" | "sourceBytes";

/**
 * An item of localStorage.
 */
export type LocalStorageItem = { 
/**
 * Its name, without the prefix.
 */
name: string, 
/**
 * What is stored.
 */
text: string, };

/**
 * An operation on the page's localStorage, which a worker has not.
 */
export type LocalStorageOp = { "Read": { 
/**
 * The items' names.
 */
names: Array<string>, } } | "ReadAll" | { "Write": { 
/**
 * What to store.
 */
items: Array<LocalStorageItem>, 
/**
 * Names to remove.
 */
removed: Array<string>, } } | "Clear" | { "RemoveExpired": { 
/**
 * The items.
 */
expired: Array<ExpiredItem>, } };

/**
 * A change to the session's modules.
 */
export type ModuleOp = { "Register": { 
/**
 * Its name, without `file://`.
 */
name: string, 
/**
 * Lua source, as bytes.
 */
source: Uint8Array, } } | { "Remove": { 
/**
 * Its name, without `file://`.
 */
name: string, } } | "ClearFetched" | "Clear";

/**
 * Who says which modules may be fetched.
 */
export type ModulePolicy = "BuiltIn" | "Host";

/**
 * The question to the host before something is fetched for a module, and again when a
 * redirect has led elsewhere.
 */
export type ModuleQuestion = { 
/**
 * What the script requires, such as `mediawiki://host/Module:Name`.
 */
spec: string, 
/**
 * What is to be fetched, or was.
 */
url: string, 
/**
 * What was asked for first, when `url` is where a redirect led.
 */
redirectedFrom: string | null, };

/**
 * The verdict of the host's module policy.
 */
export type ModuleVerdict = { 
/**
 * The URL may be fetched.
 */
allow: boolean, 
/**
 * Redirects may be followed.
 */
redirects: boolean, 
/**
 * A `mediawiki://` module's wiki is reached by http instead of https.
 */
http: boolean, };

/**
 * A script's declaration of a namespace.
 */
export type NamespaceConfig = { 
/**
 * Its keys may be read.
 */
read: boolean, 
/**
 * Its keys may be written.
 */
write: boolean, 
/**
 * Other scripts may do so too.
 */
shared: boolean, 
/**
 * The backend keeps its records; memory alone does otherwise.
 */
persistent: boolean, 
/**
 * Milliseconds that a record lives unless `set` says otherwise; over 0.
 */
ttl: number | null, 
/**
 * The most bytes that its keys and JSON values may take; over 0.
 */
quota: number | null, };

/**
 * Something a page may want to know.
 */
export type Notice = { 
/**
 * A stable word for the kind of notice.
 */
code: string, 
/**
 * What happened.
 */
message: string, };

/**
 * How a session is to be.
 */
export type OpenOptions = { 
/**
 * Where State's records last.
 */
backend: BackendChoice, 
/**
 * The defaults of every run.
 */
limits: RunLimits, 
/**
 * Who says which modules may be fetched.
 */
modules: ModulePolicy, 
/**
 * A run without a script id is one whose script names itself, and not refused.
 */
allowSelfNamedScripts: boolean, 
/**
 * The host says what names of modules without a scheme mean.
 */
resolves: boolean, 
/**
 * When functions of scripts are compiled; never when absent.
 */
compile: Heat | null, };

/**
 * Items of a list that is too long for one message. They come in messages of their own, in order, before the
 * one that the list is of, which has the rest of it or nothing: so neither side is kept long by any.
 */
export type Part = { "Records": Array<Record> } | { "Keys": Array<string> } | { "Entries": Array<StateEntry> } | { "Items": Array<LocalStorageItem> } | { "Expired": Array<ExpiredItem> };

/**
 * One stored value with its times: the user's `StateRecord`, its value as JSON text.
 */
export type Record = { 
/**
 * `scriptId:namespace:rest` for State; backends take any string.
 */
key: string, 
/**
 * The value as JSON text.
 */
value: string, 
/**
 * Milliseconds since the epoch.
 */
createdAt: number, 
/**
 * Milliseconds since the epoch.
 */
updatedAt: number, 
/**
 * Milliseconds since the epoch; absent for a record that does not expire.
 */
expiresAt: number | null, };

/**
 * Host to worker.
 */
export type Request = { "Open": { 
/**
 * [`super::VERSION`] of the host.
 */
version: number, 
/**
 * How the session is to be.
 */
options: OpenOptions, } } | { "Run": { 
/**
 * Names the run and its answer.
 */
id: number, 
/**
 * What to run.
 */
spec: RunSpec, } } | { "Cancel": { 
/**
 * The run's id.
 */
run: number, } } | { "State": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * Who it acts as.
 */
script_id: string, 
/**
 * What to do.
 */
op: StateOp, } } | { "BackendOpen": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * Names the backend from now on.
 */
handle: number, 
/**
 * Which backend; not [`BackendChoice::Host`].
 */
backend: BackendChoice, } } | { "BackendCall": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * Which backend.
 */
handle: number, 
/**
 * What to do.
 */
op: BackendOp, } } | { "BackendClose": { 
/**
 * Which backend.
 */
handle: number, } } | { "Answer": { 
/**
 * The call's id.
 */
call: number, 
/**
 * What came of it.
 */
answer: HostAnswer, } } | { "Close": { 
/**
 * Names the answer.
 */
id: number, } } | { "Malformed": { 
/**
 * What was wrong.
 */
message: string, } } | { "Modules": ModuleOp } | { "RegisterNamespaces": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * Whose they are.
 */
script_id: string, 
/**
 * What is declared.
 */
namespaces: Array<Declaration>, } } | { "UnregisterScript": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * Whose declarations.
 */
script_id: string, } } | { "Watch": { 
/**
 * Names the answer, and the watch.
 */
id: number, 
/**
 * Who it acts as.
 */
script_id: string, 
/**
 * What is watched.
 */
key: string, } } | { "Unwatch": { 
/**
 * The watch's id.
 */
watch: number, } } | { "Commit": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * The id of the `State` request that began it.
 */
update: number, 
/**
 * The value as JSON text; absent to remove the key.
 */
value: string | null, } } | { "Abandon": { 
/**
 * The id of the `State` request that began it.
 */
update: number, } } | { "Store": { 
/**
 * Names the answer.
 */
id: number, 
/**
 * What to do.
 */
op: StoreOp, } } | { "LocalStorageChanged": { 
/**
 * The prefix of a backend that has used it.
 */
prefix: string, 
/**
 * The item, without the prefix; absent when all were removed.
 */
name: string | null, } } | { "Part": { 
/**
 * The request's id.
 */
id: number, 
/**
 * The next items.
 */
part: Part, } } | { "DropParts": { 
/**
 * The request's id.
 */
id: number, } } | { "AnswerPart": { 
/**
 * The call's id.
 */
call: number, 
/**
 * The next items.
 */
part: Part, } } | { "Functions": { 
/**
 * The names.
 */
names: Array<string>, } } | { "BackendChanged": { 
/**
 * What has changed, of each key in the backend's order; absent when anything may have.
 */
changes: Array<BackendChange> | null, } };

/**
 * Limits of a run; what is absent is the next default.
 */
export type RunLimits = { 
/**
 * Wall time in milliseconds, without time the host was suspended; [`Self::ENDLESS`] for none.
 */
timeoutMs: number | null, 
/**
 * Time not suspended, in milliseconds; [`Self::ENDLESS`] for none.
 */
cpuMs: number | null, 
/**
 * Bytes that Lua may hold.
 */
memoryBytes: number | null, 
/**
 * Bytes that may be printed.
 */
outputBytes: number | null, };

/**
 * How a run ended.
 */
export type RunOutcome = { 
/**
 * What the main chunk returned.
 */
values: Array<Value>, 
/**
 * What it took.
 */
stats: RunStats, };

/**
 * A script to run.
 */
export type RunSpec = { 
/**
 * Who the script acts as. Absent only for old pages, whose scripts name themselves.
 */
scriptId: string | null, 
/**
 * Lua source, as bytes.
 */
code: Uint8Array, 
/**
 * What messages call the source, such as a file's name; the script id when absent.
 */
name: string | null, 
/**
 * What `...` holds in the main chunk.
 */
args: Array<Value>, 
/**
 * This run's limits, over the session's.
 */
limits: RunLimits, 
/**
 * Stay for State.watch callbacks after the main chunk, until cancelled.
 */
keepAlive: boolean, 
/**
 * Whose names there are besides Lua 5.4's.
 */
dialect: Dialect, };

/**
 * The statistics of a run.
 */
export type RunStats = { 
/**
 * Milliseconds from start to end.
 */
wallMs: number, 
/**
 * Milliseconds not suspended.
 */
cpuMs: number, 
/**
 * The most bytes that the run held, in Lua and for it.
 */
peakMemoryBytes: number, 
/**
 * State reads.
 */
reads: number, 
/**
 * State writes.
 */
writes: number, 
/**
 * How many functions of the script had compiled code, of this run or an earlier one.
 */
compiledFunctions: number, 
/**
 * The bytes of the code that this run had compiled.
 */
compiledBytes: number, 
/**
 * Milliseconds that this took, of those not suspended.
 */
compileMs: number, };

/**
 * The answer to a State operation.
 */
export type StateAnswer = "Done" | { "Value": string | null } | { "Deleted": boolean } | { "Keys": Array<string> } | { "Entries": { 
/**
 * The records, in the order asked for.
 */
entries: Array<StateEntry>, 
/**
 * Where the next page begins; absent when this is the last.
 */
next: string | null, } } | { "Update": string | null } | { "Count": number } | { "Records": Array<Record> };

/**
 * A record, and its key as scripts know it.
 */
export type StateEntry = { 
/**
 * `namespace.rest`.
 */
key: string, 
/**
 * What is stored there.
 */
record: Record, };

/**
 * A State operation on behalf of a script.
 */
export type StateOp = { "Get": { 
/**
 * `namespace.rest`.
 */
key: string, } } | { "Set": { 
/**
 * `namespace.rest`.
 */
key: string, 
/**
 * The value as JSON text.
 */
value: string, 
/**
 * Milliseconds until it expires.
 */
ttl: number | null, } } | { "Delete": { 
/**
 * `namespace.rest`.
 */
key: string, } } | { "List": { 
/**
 * What the keys begin with.
 */
prefix: string, } } | { "Entries": { 
/**
 * What the keys begin with.
 */
prefix: string, 
/**
 * The `next` of the page before.
 */
after: string | null, 
/**
 * How many at most; all when absent.
 */
limit: number | null, 
/**
 * In which order.
 */
order: EntryOrder, } } | { "Update": { 
/**
 * `namespace.rest`.
 */
key: string, } } | { "Preload": { 
/**
 * `namespace.rest` each.
 */
keys: Array<string>, } };

/**
 * An operation on all of State.
 */
export type StoreOp = "Flush" | "CleanupExpired" | "Clear" | "Records" | { "Import": { 
/**
 * What to store.
 */
records: Array<Record>, } } | "Preload" | "ClearCache" | "Export" | { "ExportNext": { 
/**
 * Which export.
 */
export: number, } } | { "ExportEnd": { 
/**
 * Which export.
 */
export: number, } };

/**
 * Host to worker.
 */
export type ToWorker = { "Connected": number } | { "ProcessInput": [number, Request] } | { "Disconnected": number } | "Destroy";

/**
 * A value that crosses between the host and Lua: an argument, a result, or what a Lua
 * error was raised with. (Stored values are JSON text instead.)
 */
export type Value = "Nil" | { "Bool": boolean } | { "Int": bigint } | { "Float": number } | { "Str": string } | { "Bytes": Uint8Array } | { "Array": Array<Value> } | { "Object": Array<[string, Value]> };
