use super::access::record_bytes;
use super::record_key::RecordKey;
use std::collections::BTreeSet;

/// What one user of a store has asked the backend already, where others may write too.
#[derive(Default)]
pub(super) struct Known {
    keys: BTreeSet<RecordKey>,
    prefixes: Vec<String>,
    bytes: f64,
}

impl Known {
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains(key) || self.has_prefix(key)
    }

    /// Whether every key that begins with `prefix` is known.
    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        self.prefixes.iter().any(|known| prefix.starts_with(known))
    }

    pub(super) fn add(&mut self, key: RecordKey) {
        let bytes = record_bytes(key.as_str(), 0);
        if self.keys.insert(key) {
            self.bytes += bytes;
        }
    }

    pub(super) fn add_prefix(&mut self, prefix: String) {
        self.bytes += record_bytes(&prefix, 0);
        self.prefixes.push(prefix);
    }

    /// About what is kept in memory for its sake, beside the records that there are.
    pub(super) fn bytes(&self) -> f64 {
        self.bytes
    }
}
