//! Stored records, and operations on backends.

use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// One stored value with its times: the user's `StateRecord`, its value as JSON text.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// The version that an engine gave it. It is no part of the record: messages name it beside, and nothing else
    /// stores it.
    #[serde(skip)]
    pub version: Option<Rc<str>>,
}

/// Whether both hold the same, of whatever version.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
            && self.value == other.value
            && self.created_at == other.created_at
            && self.updated_at == other.updated_at
            && self.expires_at == other.expires_at
    }
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
    /// Stores or removes one record if there is this version of it. Answered by `Swapped`; otherwise by `Versioned`
    /// with what there is.
    CompareAndSet {
        /// The record's key.
        key: String,
        /// What must be there; absent for no record.
        version: Option<String>,
        /// What is to be there; absent for no record.
        next: Option<Record>,
    },
    /// Answered by `Versioned`: some of the records whose key begins with `prefix`.
    ScanPage {
        /// What the keys begin with.
        prefix: String,
        /// Where the page begins, as the one before said; absent for the first.
        cursor: Option<String>,
        /// How many records are wanted at the most.
        limit: u32,
    },
    /// Stores and removes all of this, or nothing. Answered by `Done`.
    Transact {
        /// What to store.
        records: Vec<Record>,
        /// The keys of what to remove.
        removed: Vec<String>,
    },
}

/// A change that anyone has made to the host's own backend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackendChange {
    /// This is there now.
    Stored {
        /// The record.
        record: Record,
        /// Its version; absent where the backend has none.
        version: Option<String>,
    },
    /// Nothing is there any more.
    Removed {
        /// The record's key.
        key: String,
    },
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
    /// The records asked for, of a backend that has versions of them.
    Versioned {
        /// The records.
        records: Vec<Record>,
        /// Their versions, one for each; an empty one is none.
        versions: Vec<String>,
        /// Where the next page begins; absent after the last.
        cursor: Option<String>,
    },
    /// It is stored, or removed.
    Swapped {
        /// The version that this made.
        version: String,
    },
}
