use super::record_key::RecordKey;
use std::collections::HashSet;

/// What one user of a store has asked the backend already, where others may write too.
#[derive(Default)]
pub(super) struct Known {
    keys: HashSet<RecordKey>,
    prefixes: Vec<String>,
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
        self.keys.insert(key);
    }

    pub(super) fn add_prefix(&mut self, prefix: String) {
        self.prefixes.push(prefix);
    }
}
