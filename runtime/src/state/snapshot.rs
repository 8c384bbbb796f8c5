use super::entry::{Slot, Stored};
use super::memory::{Cursor, Entries};
use super::record_key::RecordKey;
use super::store::Store;
use crate::pace::dispose;
use crate::platform::Platform;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The records as they are at one moment, to be read part after part. What changes before it is read is
/// kept as it was.
pub(super) struct Snapshot {
    platform: Rc<dyn Platform>,
    entries: Rc<RefCell<Entries>>,
    /// What has expired by then is not there, in milliseconds since the epoch.
    time: f64,
    /// How many records there are; expired ones may be among them.
    pub(super) total: usize,
    reading: RefCell<Cursor>,
    /// What is behind the last key that was read, if anything is.
    left: RefCell<Left>,
}

#[derive(Default)]
struct Left {
    read: Option<RecordKey>,
    is_over: bool,
    changed: BTreeMap<RecordKey, Option<Stored>>,
}

impl Snapshot {
    /// What is in memory now, but for what does not last.
    pub(super) fn of(store: &Rc<Store>) -> Rc<Self> {
        let time = store.now();
        let generation = store.memory.generation();
        let snapshot = Rc::new(Self {
            platform: store.platform.clone(),
            entries: store.memory.entries(),
            time,
            total: generation.records.get(),
            reading: RefCell::new(Cursor::new("")),
            left: RefCell::default(),
        });
        let mut snapshots = generation.snapshots.borrow_mut();
        snapshots.retain(|other| other.strong_count() > 0);
        snapshots.push(Rc::downgrade(&snapshot));
        snapshot
    }

    /// What is at `key` is about to change.
    pub(super) fn keep(&self, key: &RecordKey, was: &Slot) {
        let mut left = self.left.borrow_mut();
        if left.is_over || left.read.as_ref().is_some_and(|read| key <= read) {
            return;
        }
        left.changed
            .entry(key.clone())
            .or_insert_with(|| match was {
                Slot::Present(stored) => Some(stored.clone()),
                Slot::Absent | Slot::Cold => None,
            });
    }

    /// The next records, in order of keys: a few, or none of some. None at the end.
    pub(super) fn next(&self) -> Option<Vec<(RecordKey, Stored)>> {
        let mut left = self.left.borrow_mut();
        if left.is_over {
            return None;
        }
        let part = self.reading.borrow_mut().next_of(&self.entries);
        let mut found: BTreeMap<RecordKey, Option<Stored>> = part
            .iter()
            .map(|entry| (entry.key.clone(), entry.stored()))
            .collect();
        let behind = part.last().map_or_else(BTreeMap::new, |last| {
            let mut behind = left.changed.split_off(last.key.as_str());
            // It is at the end of this part itself.
            found.extend(behind.remove_entry(last.key.as_str()));
            behind
        });
        found.append(&mut std::mem::replace(&mut left.changed, behind));
        left.is_over = part.is_empty();
        left.read = part.last().map(|last| last.key.clone());
        let live = found.into_iter().filter_map(|(key, stored)| {
            Some((key, stored.filter(|stored| !stored.is_expired(self.time))?))
        });
        Some(live.collect())
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // What was cleared meanwhile has been waiting for this.
        if let Ok(entries) = Rc::try_unwrap(std::mem::take(&mut self.entries)) {
            dispose(&self.platform, entries.into_inner().into_iter());
        }
    }
}
