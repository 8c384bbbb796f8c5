//! What concerns all records, whoever's they are: for the page, not for scripts.

use super::load::Tell;
use super::store::Store;
use crate::pace::{Pace, dispose};
use crate::protocol::{Error, Record};
use crate::state::cache::RecordKey;
use crate::state::cache::Snapshot;
use crate::state::cache::{Cursor, Entries, Memory};
use crate::state::cache::{Slot, Stored};
use crate::storage::{Pending, Reading};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Every record at one moment, in order of keys, to be read part after part.
pub struct Export {
    snapshot: Rc<Snapshot>,
    /// What was found and not given yet.
    found: RefCell<VecDeque<(RecordKey, Stored)>>,
}

/// How large a part is, in records and in bytes of JSON.
const PART: usize = 1000;
const PART_BYTES: usize = 1 << 17;

impl Export {
    /// How many records there are; expired ones may be among them, which do not come.
    #[must_use]
    pub fn total(&self) -> usize {
        self.snapshot.total
    }

    /// The next records, a few; none at the end.
    ///
    /// # Errors
    /// None that a stored value has.
    pub async fn next(&self, pace: &Pace) -> Result<Vec<Record>, Error> {
        let (mut part, mut bytes) = (Vec::new(), 0);
        while part.len() < PART && bytes < PART_BYTES {
            let next = self.found.borrow_mut().pop_front();
            if let Some((key, stored)) = next {
                part.push(stored.record(&key)?);
                bytes += stored.length;
                pace.after(stored.length).await;
                continue;
            }
            let Some(found) = self.snapshot.next() else {
                break;
            };
            self.found.borrow_mut().extend(found);
            pace.after(0).await;
        }
        Ok(part)
    }
}

impl Store {
    /// Every record of the backend that has not expired, as it is now.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Storage`] when the backend fails.
    pub fn export(self: &Rc<Self>) -> Pending<Export> {
        let store = self.clone();
        Box::pin(async move {
            if store.reading == Reading::Through {
                store.read_prefix("", Tell::Nobody).await?;
            }
            Ok(Export {
                snapshot: Snapshot::of(&store),
                found: RefCell::default(),
            })
        })
    }

    /// The same, all of them at once.
    ///
    /// # Errors
    /// As [`Store::export`].
    pub fn records(self: &Rc<Self>) -> Pending<Vec<Record>> {
        let store = self.clone();
        Box::pin(async move {
            let export = store.export().await?;
            let pace = Pace::new(store.platform.clone());
            let mut records = Vec::with_capacity(export.total());
            loop {
                let mut part = export.next(&pace).await?;
                if part.is_empty() {
                    return Ok(records);
                }
                records.append(&mut part);
            }
        })
    }

    /// Removes every record, of every script.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Storage`] when the backend fails; memory is as the backend then.
    pub fn clear(self: &Rc<Self>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            let account = store.account();
            store.writer.clear(&store, &account);
            store.cleared.set(u64::MAX);
            let gone = [store.memory.clear(), store.volatile.clear()];
            store.aside.borrow_mut().push(gone[0].clone());
            for entries in &gone {
                store.publish_gone(entries).await;
            }
            let [_, volatile] = gone;
            dispose_of(&store, volatile);
            account.settle().await
        })
    }

    /// Tells the watchers of what was cleared, and is not there again.
    async fn publish_gone(&self, entries: &RefCell<Entries>) {
        let pace = Pace::new(self.platform.clone());
        let mut cursor = Cursor::new("");
        while self.is_watched() {
            let part = cursor.next_of(entries);
            if part.is_empty() {
                return;
            }
            for entry in part {
                let key = entry.key.as_str();
                let is_there =
                    |memory: &Memory| memory.find(key).is_some_and(|entry| !entry.is_absent());
                if entry.stored().is_some() && !is_there(&self.memory) && !is_there(&self.volatile)
                {
                    self.publish_removed(&entry);
                }
                pace.after(0).await;
            }
        }
    }

    /// The backend's part of a clear, in its turn among the batches.
    pub(crate) async fn clear_backend(self: &Rc<Self>, pace: &Pace) -> Result<(), Error> {
        let outcome = self.backend.clear().await;
        if !self.writer.is_to_clear() {
            self.cleared.set(self.next_stamp());
        }
        let aside = self.aside.take();
        if outcome.is_err() {
            for entries in &aside {
                self.doubt(entries, pace).await;
            }
            // When that fails too, they stay cold.
            let _ = self.read_prefix("", Tell::Watchers).await;
        }
        for entries in aside {
            dispose_of(self, entries);
        }
        outcome
    }

    /// What was put aside may still be there.
    async fn doubt(&self, entries: &RefCell<Entries>, pace: &Pace) {
        let mut cursor = Cursor::new("");
        loop {
            let part = cursor.next_of(entries);
            if part.is_empty() {
                return;
            }
            for entry in part {
                let now = self.memory.entry(&entry.key, Slot::Cold);
                // What was written since counts for more.
                if now.is_absent() && !now.is_pending() {
                    now.put(Slot::Cold);
                }
                pace.after(0).await;
            }
        }
    }
}

/// Frees entries, unless someone reads them still.
fn dispose_of(store: &Store, entries: Rc<RefCell<Entries>>) {
    if let Ok(entries) = Rc::try_unwrap(entries) {
        dispose(&store.platform, entries.into_inner().into_iter());
    }
}
