//! The page's operations on State.

use super::{NamespaceConfig, Record};
use serde::{Deserialize, Serialize};

/// A namespace that a script declares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Declaration {
    /// The namespace.
    pub name: String,
    /// What holds in it.
    pub config: NamespaceConfig,
}

/// A State operation on behalf of a script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum StateOp {
    /// Answered by `Value`.
    Get {
        /// `namespace.rest`.
        key: String,
    },
    /// Answered by `Done` once durable.
    Set {
        /// `namespace.rest`.
        key: String,
        /// The value as JSON text.
        value: String,
        /// Milliseconds until it expires.
        ttl: Option<f64>,
    },
    /// Answered by `Deleted` once durable.
    Delete {
        /// `namespace.rest`.
        key: String,
    },
    /// Answered by `Keys`.
    List {
        /// What the keys begin with.
        prefix: String,
    },
    /// A page of records. Answered by `Entries`.
    Entries {
        /// What the keys begin with.
        prefix: String,
        /// The `next` of the page before.
        after: Option<String>,
        /// How many at most; all when absent.
        limit: Option<u32>,
        /// In which order.
        order: EntryOrder,
    },
    /// Takes the key's lock and reads it afresh. Answered by `Update`; it then ends with
    /// `Commit` or `Abandon`.
    Update {
        /// `namespace.rest`.
        key: String,
    },
    /// Reads keys from the backend before they are needed. Answered by `Done`.
    Preload {
        /// `namespace.rest` each.
        keys: Vec<String>,
    },
}

/// In which order entries come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum EntryOrder {
    /// By key.
    #[default]
    Key,
    /// By the time of the last update, the oldest first, and then by key.
    Updated,
}

/// A record, and its key as scripts know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StateEntry {
    /// `namespace.rest`.
    pub key: String,
    /// What is stored there.
    pub record: Record,
}

/// An operation on all of State.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum StoreOp {
    /// Answered by `Done` when every write so far has ended.
    Flush,
    /// Removes what has expired. Answered by `Count` once durable.
    CleanupExpired,
    /// Removes every record. Answered by `Done` once durable.
    Clear,
    /// Answered by `Records`, in order of keys.
    Records,
    /// Stores records as they are: all, or none. Answered by `Done` once durable.
    Import {
        /// What to store.
        records: Vec<Record>,
    },
    /// Reads everything from the backend before it is needed. Answered by `Done`.
    Preload,
    /// Releases what memory could read again. Answered by `Done`.
    ClearCache,
    /// Begins to read every record as it is now. Answered by `Count` with about how many there are; the
    /// request's id names the export.
    Export,
    /// Reads on. Answered by `Records`: the next ones, in order of keys, or none at the end.
    ExportNext {
        /// Which export.
        export: u32,
    },
    /// Ends an export before its end. Answered by `Done`.
    ExportEnd {
        /// Which export.
        export: u32,
    },
}

/// The answer to a State operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum StateAnswer {
    /// It is done.
    Done,
    /// The value as JSON text, if there is one.
    Value(Option<String>),
    /// Whether there was one.
    Deleted(bool),
    /// Sorted keys.
    Keys(Vec<String>),
    /// A page of records.
    Entries {
        /// The records, in the order asked for.
        entries: Vec<StateEntry>,
        /// Where the next page begins; absent when this is the last.
        next: Option<String>,
    },
    /// The value to update as JSON text, if there is one; the key is locked.
    Update(Option<String>),
    /// How many there were.
    Count(u32),
    /// Every record.
    Records(Vec<Record>),
}
