//! Messages from the host to the worker.

use super::{
    BackendAnswer, BackendChange, BackendOp, Declaration, HostError, LocalStorageItem, ModuleOp,
    ModulePolicy, ModuleVerdict, Part, StateOp, StoreOp, Value,
};
use serde::{Deserialize, Serialize};

/// Host to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Request {
    /// The first message. Answered by `Ready`, or by a failure with id 0.
    ///
    /// The version is the variant's first field in every version of the protocol, so that
    /// a worker can name both versions even when the rest has changed.
    Open {
        /// [`super::VERSION`] of the host.
        version: u32,
        /// How the session is to be.
        options: OpenOptions,
    },
    /// Starts a run. Answered by `Answer` with `Run`; its output comes before as `Output`.
    Run {
        /// Names the run and its answer.
        id: u32,
        /// What to run.
        spec: RunSpec,
    },
    /// Ends a run, which then answers with [`super::ErrorKind::Cancelled`].
    Cancel {
        /// The run's id.
        run: u32,
    },
    /// A State operation on behalf of a script. Answered by `Answer` with `State`.
    State {
        /// Names the answer.
        id: u32,
        /// Who it acts as.
        script_id: String,
        /// What to do.
        op: StateOp,
    },
    /// Makes a built-in backend for the host's own use. Answered by `Answer` with `Done`.
    BackendOpen {
        /// Names the answer.
        id: u32,
        /// Names the backend from now on.
        handle: u32,
        /// Which backend; not [`BackendChoice::Host`].
        backend: BackendChoice,
    },
    /// A call to a backend made by `BackendOpen`. Answered by `Answer` with `Backend`.
    BackendCall {
        /// Names the answer.
        id: u32,
        /// Which backend.
        handle: u32,
        /// What to do.
        op: BackendOp,
    },
    /// Releases a backend made by `BackendOpen`. Not answered.
    BackendClose {
        /// Which backend.
        handle: u32,
    },
    /// Answers a `Call` of the worker.
    Answer {
        /// The call's id.
        call: u32,
        /// What came of it.
        answer: HostAnswer,
    },
    /// Ends the session: runs are cancelled, writes are made durable. Answered by `Answer`.
    Close {
        /// Names the answer.
        id: u32,
    },
    /// A message that did not decode: the codec puts it in the bad one's place, so that
    /// the session can report it. Answered by a failure with id 0.
    Malformed {
        /// What was wrong.
        message: String,
    },
    /// Changes what modules there are, for the requires that come after. Not answered.
    Modules(ModuleOp),
    /// Declares namespaces for a script: all of them, or none. Answered by `Answer` with `Done`,
    /// after `Registered`.
    RegisterNamespaces {
        /// Names the answer.
        id: u32,
        /// Whose they are.
        script_id: String,
        /// What is declared.
        namespaces: Vec<Declaration>,
    },
    /// Takes back what a script has declared. Answered by `Answer` with `Done`, after `Unregistered`.
    UnregisterScript {
        /// Names the answer.
        id: u32,
        /// Whose declarations.
        script_id: String,
    },
    /// Watches a key and what is below it, or a prefix with a `*` or dot at its end. Answered by
    /// `Answer` with `Done`; each change comes as `StateChanged`.
    Watch {
        /// Names the answer, and the watch.
        id: u32,
        /// Who it acts as.
        script_id: String,
        /// What is watched.
        key: String,
    },
    /// Ends a watch. Not answered.
    Unwatch {
        /// The watch's id.
        watch: u32,
    },
    /// Ends an update by storing its value. Answered by `Answer` with `State`: by `Done` once
    /// that is durable, or by `Update` with a value that was written meanwhile, to be updated instead.
    Commit {
        /// Names the answer.
        id: u32,
        /// The id of the `State` request that began it.
        update: u32,
        /// The value as JSON text; absent to remove the key.
        value: Option<String>,
    },
    /// Ends an update without a write. Not answered.
    Abandon {
        /// The id of the `State` request that began it.
        update: u32,
    },
    /// An operation on all of State, whoever's it is. Answered by `Answer` with `State`.
    Store {
        /// Names the answer.
        id: u32,
        /// What to do.
        op: StoreOp,
    },
    /// Another tab has changed localStorage. Not answered.
    LocalStorageChanged {
        /// The prefix of a backend that has used it.
        prefix: String,
        /// The item, without the prefix; absent when all were removed.
        name: Option<String>,
    },
    /// A part of the list of a request to come. Not answered.
    Part {
        /// The request's id.
        id: u32,
        /// The next items.
        part: Part,
    },
    /// The request whose parts have come will not. Not answered.
    DropParts {
        /// The request's id.
        id: u32,
    },
    /// A part of the list of an answer to come.
    AnswerPart {
        /// The call's id.
        call: u32,
        /// The next items.
        part: Part,
    },
    /// The host has functions of these names too, from now on. Not answered. Until the first of these,
    /// every name is one.
    Functions {
        /// The names.
        names: Vec<String>,
    },
    /// The host's own backend was written to, by anyone. Not answered.
    BackendChanged {
        /// What has changed, of each key in the backend's order; absent when anything may have.
        changes: Option<Vec<BackendChange>>,
    },
}

/// How a session is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OpenOptions {
    /// Where State's records last.
    pub backend: BackendChoice,
    /// The defaults of every run.
    pub limits: RunLimits,
    /// Who says which modules may be fetched.
    pub modules: ModulePolicy,
    /// A run without a script id is one whose script names itself, and not refused.
    pub allow_self_named_scripts: bool,
    /// The host says what names of modules without a scheme mean.
    pub resolves: bool,
    /// When functions of scripts are compiled; never when absent.
    pub compile: Option<Heat>,
}

/// When a function is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Heat {
    /// How often it is called, or goes round a loop, before.
    pub threshold: u32,
    /// How many of its instructions are watched before, for the types of what they work on.
    pub watched: u32,
}

/// A backend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackendChoice {
    /// The worker's memory.
    Memory,
    /// IndexedDB.
    IndexedDb {
        /// The database's name; ours when absent.
        database: Option<String>,
        /// What a write waits for.
        durability: Durability,
    },
    /// The host's own: each call crosses as a `Call`.
    Host {
        /// Its name in errors.
        name: String,
        /// Which optional methods it has.
        methods: HostMethods,
    },
    /// The page's localStorage: each batch crosses as a `Call`.
    LocalStorage {
        /// What its items' names begin with; ours when absent.
        prefix: Option<String>,
    },
    /// A log in the origin's private file system.
    Opfs {
        /// The folder's name; ours when absent.
        folder: Option<String>,
    },
    /// A log in a folder of the file system, where the worker's script can open one.
    Fs {
        /// Its path, or its URL.
        folder: String,
    },
}

/// The point at which a write counts as durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Durability {
    /// The operating system has it: it survives the browser's end.
    #[default]
    Relaxed,
    /// The disk has it: it survives the machine's end.
    Strict,
}

/// The optional methods of the host's own backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HostMethods {
    /// It has `getMany(keys)`.
    pub get_many: bool,
    /// It has `setMany(records)`.
    pub set_many: bool,
    /// It has `deleteMany(keys)`.
    pub delete_many: bool,
    /// It has `scan(prefix)`.
    pub scan: bool,
    /// It has `compareAndSet(key, version, next)`, and its records have versions.
    pub compare_and_set: bool,
    /// It has `changes(listener)`.
    pub changes: bool,
    /// It has `scanPage(prefix, cursor, limit)`.
    pub scan_page: bool,
    /// It has `transact(writes)`.
    pub transact: bool,
    /// It removes what has expired by itself.
    pub expires: bool,
}

/// A script to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunSpec {
    /// Who the script acts as. Absent only for old pages, whose scripts name themselves.
    pub script_id: Option<String>,
    /// Lua source, as bytes.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
    pub code: Vec<u8>,
    /// What messages call the source, such as a file's name; the script id when absent.
    pub name: Option<String>,
    /// What `...` holds in the main chunk.
    pub args: Vec<Value>,
    /// This run's limits, over the session's.
    pub limits: RunLimits,
    /// Stay for State.watch callbacks after the main chunk, until cancelled.
    pub keep_alive: bool,
    /// Whose names there are besides Lua 5.4's.
    pub dialect: Dialect,
}

/// Whose names a script finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Dialect {
    /// Those of Lua 5.4.
    #[default]
    Lua54,
    /// Those of Lua 5.1 too.
    Lua51,
}

/// Limits of a run; what is absent is the next default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunLimits {
    /// Wall time in milliseconds, without time the host was suspended; [`Self::ENDLESS`] for none.
    pub timeout_ms: Option<u32>,
    /// Time not suspended, in milliseconds; [`Self::ENDLESS`] for none.
    pub cpu_ms: Option<u32>,
    /// Bytes that Lua may hold.
    pub memory_bytes: Option<u32>,
    /// Bytes that may be printed.
    pub output_bytes: Option<u32>,
}

impl RunLimits {
    /// The time, in milliseconds, that stands for no limit.
    pub const ENDLESS: u32 = u32::MAX;
}

/// The host's answer to a `Call`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum HostAnswer {
    /// A backend's answer.
    Backend(BackendAnswer),
    /// A host function's result.
    Value(Value),
    /// It threw or rejected.
    Error(HostError),
    /// What the module policy says.
    ModulePolicy(ModuleVerdict),
    /// Items of localStorage; none for an operation that only writes.
    LocalStorage(Vec<LocalStorageItem>),
    /// A host function's results, when there are several, or none.
    Values(Vec<Value>),
    /// A host function threw something that is not a JavaScript error.
    Thrown {
        /// As its text.
        cause: HostError,
        /// As a value.
        value: Value,
    },
}
