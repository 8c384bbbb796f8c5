//! Stored records, and operations on backends.

use serde::{Deserialize, Serialize};

/// One stored value with its times: the user's `StateRecord`, its value as JSON text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Record {
    /// `scriptId:namespace:rest` for State; backends take any string.
    pub key: String,
    /// The value as JSON text.
    pub value: String,
    /// Milliseconds since the epoch.
    pub created_at: f64,
    /// Milliseconds since the epoch.
    pub updated_at: f64,
    /// Milliseconds since the epoch; absent for a record that does not expire.
    pub expires_at: Option<f64>,
}

/// One call to a backend, whichever side it lives on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackendOp {
    /// Makes the backend ready. Answered by `Done`.
    Init,
    /// Answered by `Record`.
    Get {
        /// The record's key.
        key: String,
    },
    /// Stores or replaces one record. Answered by `Done`.
    Set {
        /// What to store.
        record: Record,
    },
    /// Removes one record; a missing one is not an error. Answered by `Done`.
    Delete {
        /// The record's key.
        key: String,
    },
    /// Answered by `Records`, in ascending order of keys for built-in backends.
    GetAll,
    /// Removes every record. Answered by `Done`.
    Clear,
    /// Answered by `Records`: those that exist.
    GetMany {
        /// The records' keys.
        keys: Vec<String>,
    },
    /// Stores or replaces all of the records, or none. Answered by `Done`.
    SetMany {
        /// What to store.
        records: Vec<Record>,
    },
    /// Removes all of the records, or none. Answered by `Done`.
    DeleteMany {
        /// The records' keys.
        keys: Vec<String>,
    },
    /// Answered by `Records`: those whose key begins with `prefix`.
    Scan {
        /// What the keys begin with.
        prefix: String,
    },
    /// Releases what the backend holds. Answered by `Done`.
    Close,
}

/// The answer of a backend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackendAnswer {
    /// It is done.
    Done,
    /// The record asked for, if there is one.
    Record(Option<Record>),
    /// The records asked for.
    Records(Vec<Record>),
}
