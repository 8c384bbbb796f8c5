//! Records as they were before they changed, for a snapshot that has not read them yet.

use super::record_key::RecordKey;
use super::stored::{Slot, Stored};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The records of a snapshot that changed before it read them, and how far it has read.
#[derive(Default)]
pub(super) struct BeforeImages {
    /// The last key that was read, if any.
    pub(super) read: Option<RecordKey>,
    pub(super) is_over: bool,
    /// Behind a pointer, so that the map has its code in common with that of the entries.
    pub(super) changed: BTreeMap<RecordKey, Rc<Option<Stored>>>,
}

impl BeforeImages {
    /// What is at `key` is about to change.
    pub(super) fn keep(&mut self, key: &RecordKey, was: &Slot) {
        if self.is_over || self.read.as_ref().is_some_and(|read| key <= read) {
            return;
        }
        self.changed.entry(key.clone()).or_insert_with(|| {
            Rc::new(match was {
                Slot::Present(stored) => Some(stored.clone()),
                Slot::Absent | Slot::Cold => None,
            })
        });
    }
}
