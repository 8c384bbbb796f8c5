//! Messages from the worker to the host.

use super::{
    BackendAnswer, BackendOp, Declaration, Error, LocalStorageOp, ModuleQuestion, Part,
    StateAnswer, Value,
};
use serde::{Deserialize, Serialize};

/// Worker to host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Event {
    /// The session is open.
    ///
    /// The version is the variant's first field in every version of the protocol.
    Ready {
        /// [`super::VERSION`] of the worker.
        version: u32,
        /// Which artifact answers.
        artifact: Artifact,
    },
    /// Answers a request. Id 0 is for `Open` and for what did not decode.
    Answer {
        /// The request's id.
        id: u32,
        /// What came of it.
        answer: Answer,
    },
    /// A part of what a run printed, in order.
    Output {
        /// The run's id.
        run: u32,
        /// The bytes.
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        chunk: Vec<u8>,
    },
    /// Asks the host for something. It answers with `Answer`.
    Call {
        /// Names the call.
        id: u32,
        /// What is asked.
        call: HostCall,
    },
    /// Something a page may want to know.
    Notice(Notice),
    /// The worker is alive.
    Heartbeat,
    /// How many fetched modules are kept, whenever that changes.
    ModulesFetched {
        /// The number.
        count: u32,
    },
    /// A key that is watched has changed.
    StateChanged {
        /// The watch's id.
        watch: u32,
        /// `namespace.rest`.
        key: String,
        /// The value now as JSON text; absent when it was removed or has expired.
        value: Option<String>,
    },
    /// A script has declared namespaces, or the page has for it.
    Registered {
        /// Whose they are.
        script_id: String,
        /// What was declared.
        namespaces: Vec<Declaration>,
    },
    /// What a script had declared was taken back.
    Unregistered {
        /// Whose declarations.
        script_id: String,
    },
    /// A part of what a run wrote to `io.stderr` or warned of; in order with `Output`, but where the
    /// two alternate very often.
    ErrorOutput {
        /// The run's id.
        run: u32,
        /// The bytes.
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        chunk: Vec<u8>,
    },
    /// A part of the list of an answer to come.
    AnswerPart {
        /// The request's id.
        id: u32,
        /// The next items.
        part: Part,
    },
    /// A part of the list of a call to come.
    CallPart {
        /// The call's id.
        id: u32,
        /// The next items.
        part: Part,
    },
    /// What a run took that has failed: its answer comes next.
    RunFailed {
        /// The run's id.
        run: u32,
        /// What it took.
        stats: RunStats,
    },
    /// How many records of an import the backend has taken so far, now and then.
    Imported {
        /// The request's id.
        id: u32,
        /// The number.
        done: u32,
    },
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Answer {
    /// It is done.
    Done,
    /// It failed.
    Error(Error),
    /// A run ended well.
    Run(RunOutcome),
    /// A State operation ended well.
    State(StateAnswer),
    /// A backend call ended well.
    Backend(BackendAnswer),
}

/// The two builds of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Artifact {
    /// Standard exceptions and JS Promise Integration.
    Jspi,
    /// Legacy exceptions, for every engine.
    Portable,
}

/// A call of the worker to the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum HostCall {
    /// A call to the host's own backend.
    Backend(BackendOp),
    /// A call of a registered function.
    Function {
        /// The run that calls.
        run: u32,
        /// The function's name.
        name: String,
        /// Its arguments.
        args: Vec<Value>,
    },
    /// May this be fetched for a module?
    ModulePolicy(ModuleQuestion),
    /// An operation on localStorage. Answered by `LocalStorage`.
    LocalStorage {
        /// What the names of the items begin with.
        prefix: String,
        /// What to do; its names are without the prefix.
        op: LocalStorageOp,
    },
    /// A run's script reads its input. Answered by `Value`: the next bytes, or nil at their end.
    Input {
        /// The run that reads.
        run: u32,
    },
    /// What does a script mean by this module's name? Answered by `Value`: a spec, or nil for nothing else
    /// than it says.
    Resolve {
        /// The name, without a scheme.
        name: String,
        /// The spec of the module, or the name of the script, that requires it; none for code without a name.
        from: Option<String>,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunOutcome {
    /// What the main chunk returned.
    pub values: Vec<Value>,
    /// What it took.
    pub stats: RunStats,
}

/// The statistics of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunStats {
    /// Milliseconds from start to end.
    pub wall_ms: f64,
    /// Milliseconds not suspended.
    pub cpu_ms: f64,
    /// The most bytes that the run held, in Lua and for it.
    pub peak_memory_bytes: f64,
    /// State reads.
    pub reads: u32,
    /// State writes.
    pub writes: u32,
    /// How many functions of the script had compiled code, of this run or an earlier one.
    pub compiled_functions: u32,
    /// The bytes of the code that this run had compiled.
    pub compiled_bytes: u32,
    /// Milliseconds that this took, of those not suspended.
    pub compile_ms: f64,
}

/// Something a page may want to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Notice {
    /// A stable word for the kind of notice.
    pub code: String,
    /// What happened.
    pub message: String,
}
