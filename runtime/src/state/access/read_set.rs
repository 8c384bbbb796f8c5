use super::access::record_bytes;
use crate::state::cache::RecordKey;
use std::collections::BTreeSet;

/// What one user of a store has asked the backend already, where others may write too.
#[derive(Default)]
pub(crate) struct Known {
    keys: BTreeSet<RecordKey>,
    prefixes: Vec<String>,
    bytes: f64,
}

impl Known {
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.contains(key) || self.has_prefix(key)
    }

    /// Whether every key that begins with `prefix` is known.
    pub(crate) fn has_prefix(&self, prefix: &str) -> bool {
        self.prefixes.iter().any(|known| prefix.starts_with(known))
    }

    /// What [`Known::add`] takes for this key, about, beside the record if there is one.
    pub(crate) fn bytes_of(key: &str) -> f64 {
        record_bytes(key, 0)
    }

    /// False when it was known already.
    pub(crate) fn add(&mut self, key: RecordKey) -> bool {
        let bytes = Self::bytes_of(key.as_str());
        let is_new = self.keys.insert(key);
        if is_new {
            self.bytes += bytes;
        }
        is_new
    }

    pub(crate) fn add_prefix(&mut self, prefix: String) {
        self.bytes += Self::bytes_of(&prefix);
        self.prefixes.push(prefix);
    }

    /// About what is kept in memory for its sake, beside the records that there are.
    pub(crate) fn bytes(&self) -> f64 {
        self.bytes
    }
}
