//! The keys that were read already, where others may write too.

use crate::state::cache::{RecordKey, record_bytes};
use std::collections::BTreeSet;

/// The keys, and beginnings of keys, that one access has asked the backend for.
#[derive(Default)]
pub(super) struct ReadSet {
    keys: BTreeSet<RecordKey>,
    prefixes: Vec<String>,
    bytes: f64,
}

impl ReadSet {
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains(key) || self.has_prefix(key)
    }

    /// Whether every key that begins with `prefix` is known.
    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        self.prefixes.iter().any(|known| prefix.starts_with(known))
    }

    /// About the bytes that [`ReadSet::add`] takes for this key, in addition to the record if there is one.
    pub(super) fn bytes_of(key: &str) -> f64 {
        record_bytes(key.len(), 0)
    }

    /// False when it was known already.
    pub(super) fn add(&mut self, key: RecordKey) -> bool {
        let bytes = Self::bytes_of(key.as_str());
        let is_new = self.keys.insert(key);
        if is_new {
            self.bytes += bytes;
        }
        is_new
    }

    pub(super) fn add_prefix(&mut self, prefix: String) {
        self.bytes += Self::bytes_of(&prefix);
        self.prefixes.push(prefix);
    }

    /// About the bytes that are kept in memory for its sake, in addition to the records that there are.
    pub(super) fn bytes(&self) -> f64 {
        self.bytes
    }
}
