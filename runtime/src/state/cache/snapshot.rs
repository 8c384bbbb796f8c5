//! All records at one moment, read part by part.

use super::before_images::BeforeImages;
use super::map::{Cursor, Entries, RecordCache};
use super::record_key::RecordKey;
use super::stored::Stored;
use crate::pace::dispose;
use crate::platform::Platform;
use std::cell::RefCell;
use std::rc::Rc;

/// The records as they are at one moment, to be read part by part. What changes before it is read is
/// kept as it was.
pub(crate) struct Snapshot {
    platform: Rc<dyn Platform>,
    entries: Rc<RefCell<Entries>>,
    /// Records that have expired by then are left out, in milliseconds since the epoch.
    time: f64,
    total: usize,
    cursor: RefCell<Cursor>,
    before: Rc<RefCell<BeforeImages>>,
}

impl Snapshot {
    /// What is in `cache` now; `time` is in milliseconds since the epoch.
    pub(crate) fn of(cache: &RecordCache, platform: &Rc<dyn Platform>, time: f64) -> Self {
        let generation = cache.generation();
        let before = Rc::default();
        generation.add_snapshot(&before);
        Self {
            platform: platform.clone(),
            entries: cache.entries(),
            time,
            total: generation.records(),
            cursor: RefCell::new(Cursor::new("")),
            before,
        }
    }

    /// How many records there are; expired ones may be among them.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// The next records, in order of keys: a few, or none of some. None at the end.
    pub(crate) fn next(&self) -> Option<Vec<(RecordKey, Stored)>> {
        let mut before = self.before.borrow_mut();
        if before.is_over {
            return None;
        }
        let part = self.cursor.borrow_mut().next_of(&self.entries);
        let mut found = Vec::new();
        let mut add = |key: RecordKey, stored: Option<Stored>| {
            if let Some(stored) = stored.filter(|stored| !stored.is_expired(self.time)) {
                found.push((key, stored));
            }
        };
        for entry in &part {
            while let Some(kept) = before.changed.first_entry()
                && *kept.key() < entry.key
            {
                let (key, was) = kept.remove_entry();
                add(key, Rc::unwrap_or_clone(was));
            }
            let kept = before.changed.remove(&entry.key);
            let stored = kept.map_or_else(|| entry.stored(), Rc::unwrap_or_clone);
            add(entry.key.clone(), stored);
        }
        before.is_over = part.is_empty();
        if before.is_over {
            for (key, was) in std::mem::take(&mut before.changed) {
                add(key, Rc::unwrap_or_clone(was));
            }
        }
        before.read = part.last().map(|last| last.key.clone());
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
