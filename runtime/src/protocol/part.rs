//! Parts of long lists, messages of their own.

use super::{ExpiredItem, LocalStorageItem, Record, StateEntry};
use serde::{Deserialize, Serialize};

/// Items of a list that is too long for one message. They come in messages of their own, in order, before the
/// one that the list is of, which has the rest of it or nothing: so neither side is kept long by any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Part {
    /// Records, to be stored or asked for.
    Records(Vec<Record>),
    /// Keys, and names of items.
    Keys(Vec<String>),
    /// Entries of State.
    Entries(Vec<StateEntry>),
    /// Items of localStorage.
    Items(Vec<LocalStorageItem>),
    /// Items of localStorage that have expired.
    Expired(Vec<ExpiredItem>),
}
