use super::entry::{Slot, Stored};
use super::map::{Cursor, Entries};
use super::record_key::RecordKey;
use crate::pace::dispose;
use crate::platform::Platform;
use crate::state::store::Store;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The records as they are at one moment, to be read part after part. What changes before it is read is
/// kept as it was.
pub(crate) struct Snapshot {
    platform: Rc<dyn Platform>,
    entries: Rc<RefCell<Entries>>,
    /// What has expired by then is not there, in milliseconds since the epoch.
    time: f64,
    /// How many records there are; expired ones may be among them.
    pub(crate) total: usize,
    reading: RefCell<Cursor>,
    /// What is behind the last key that was read, if anything is.
    left: RefCell<Left>,
}

#[derive(Default)]
struct Left {
    read: Option<RecordKey>,
    is_over: bool,
    /// Behind a pointer, so that the map has its code in common with that of the entries.
    changed: BTreeMap<RecordKey, Rc<Option<Stored>>>,
}

impl Snapshot {
    /// What is in memory now, but for what does not last.
    pub(crate) fn of(store: &Rc<Store>) -> Rc<Self> {
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
    pub(crate) fn keep(&self, key: &RecordKey, was: &Slot) {
        let mut left = self.left.borrow_mut();
        if left.is_over || left.read.as_ref().is_some_and(|read| key <= read) {
            return;
        }
        left.changed.entry(key.clone()).or_insert_with(|| {
            Rc::new(match was {
                Slot::Present(stored) => Some(stored.clone()),
                Slot::Absent | Slot::Cold => None,
            })
        });
    }

    /// The next records, in order of keys: a few, or none of some. None at the end.
    pub(crate) fn next(&self) -> Option<Vec<(RecordKey, Stored)>> {
        let mut left = self.left.borrow_mut();
        if left.is_over {
            return None;
        }
        let part = self.reading.borrow_mut().next_of(&self.entries);
        let mut found = Vec::new();
        let mut add = |key: RecordKey, stored: Option<Stored>| {
            if let Some(stored) = stored.filter(|stored| !stored.is_expired(self.time)) {
                found.push((key, stored));
            }
        };
        for entry in &part {
            while let Some(kept) = left.changed.first_entry()
                && *kept.key() < entry.key
            {
                let (key, was) = kept.remove_entry();
                add(key, Rc::unwrap_or_clone(was));
            }
            let kept = left.changed.remove(&entry.key);
            let stored = kept.map_or_else(|| entry.stored(), Rc::unwrap_or_clone);
            add(entry.key.clone(), stored);
        }
        left.is_over = part.is_empty();
        if left.is_over {
            for (key, was) in std::mem::take(&mut left.changed) {
                add(key, Rc::unwrap_or_clone(was));
            }
        }
        left.read = part.last().map(|last| last.key.clone());
        Some(found)
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
