//! Operations on the page's localStorage.

use serde::{Deserialize, Serialize};

/// An operation on the page's localStorage, which a worker has not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LocalStorageOp {
    /// Gives those of the items that exist.
    Read {
        /// The items' names.
        names: Vec<String>,
    },
    /// Gives every item.
    ReadAll,
    /// Stores and removes all of it or, when there is no room, nothing.
    Write {
        /// What to store.
        items: Vec<LocalStorageItem>,
        /// Names to remove.
        removed: Vec<String>,
    },
    /// Removes every item.
    Clear,
    /// Removes items that have expired, and gives those in their places that expire at another time.
    RemoveExpired {
        /// The items.
        expired: Vec<ExpiredItem>,
    },
}

/// An item of localStorage whose record has expired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ExpiredItem {
    /// Its name, without the prefix.
    pub name: String,
    /// When, in milliseconds since the epoch.
    pub expires_at: f64,
}

/// An item of localStorage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LocalStorageItem {
    /// Its name, without the prefix.
    pub name: String,
    /// What is stored.
    pub text: String,
}
