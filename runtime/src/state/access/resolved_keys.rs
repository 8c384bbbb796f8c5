//! The keys that an access has found.

use crate::state::cache::Entry;
use crate::state::namespaces::Namespace;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A key, resolved to its namespace and its entry.
#[derive(Clone)]
pub(super) struct ResolvedKey {
    pub(super) namespace: Rc<Namespace>,
    pub(super) entry: Rc<Entry>,
}

/// The keys that an access has found, so that it finds them again without making the record's key.
#[derive(Default)]
pub(super) struct ResolvedKeys {
    /// Ordered, not hashed: scripts choose the keys, and could have them collide.
    found: RefCell<BTreeMap<Box<str>, ResolvedKey>>,
    /// The bytes of the keys.
    bytes: Cell<usize>,
    generation: Cell<u64>,
}

/// How many keys are kept, and bytes of them; a script that uses more starts over.
const MOST: usize = 16_384;
const MOST_BYTES: usize = 1 << 20;

impl ResolvedKeys {
    /// What `key` was resolved to, if the namespaces are still those of this generation.
    pub(super) fn find(&self, key: &str, generation: u64) -> Option<ResolvedKey> {
        if self.generation.get() != generation {
            return None;
        }
        self.found
            .borrow()
            .get(key)
            .filter(|resolved| !resolved.entry.is_detached())
            .cloned()
    }

    pub(super) fn keep(&self, key: &str, generation: u64, resolved: ResolvedKey) -> ResolvedKey {
        let mut found = self.found.borrow_mut();
        let is_other = self.generation.replace(generation) != generation;
        let bytes = self.bytes.get() + key.len();
        if is_other || found.len() == MOST || bytes > MOST_BYTES {
            found.clear();
            self.bytes.set(0);
        }
        if found.insert(key.into(), resolved.clone()).is_none() {
            self.bytes.set(self.bytes.get() + key.len());
        }
        resolved
    }
}
