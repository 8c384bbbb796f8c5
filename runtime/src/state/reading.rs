//! How memory takes in what the backend has.

use super::entry::{Entry, Slot, Stored};
use super::record_key::RecordKey;
use super::rules::Rules;
use super::store::Store;
use crate::protocol::{Error, Record};
use crate::storage::{Pending, Reading};
use std::rc::Rc;

impl Store {
    /// What a key that memory does not have is.
    pub(super) fn unseen(&self, rules: &Rules) -> Slot {
        match self.reading {
            Reading::Through if rules.config.persistent => Slot::Cold,
            _ => Slot::Absent,
        }
    }

    /// Lets go of an entry that says no more than its absence would.
    pub(super) fn release(&self, entry: &Rc<Entry>) {
        if self.reading == Reading::Loaded {
            self.memory.release(entry);
        }
    }

    /// Notes that the backend has an entry as it was written. One that may answer out of turn
    /// may not have seen that yet in what it was asked before.
    pub(super) fn note_written(&self, entry: &Rc<Entry>) {
        match self.reading {
            Reading::Loaded => self.memory.release(entry),
            Reading::Through => entry.stamp.set(self.next_stamp()),
        }
    }

    /// Reads everything from the backend before it is needed.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Storage`] when the backend fails.
    pub fn preload(self: &Rc<Self>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            match store.reading {
                Reading::Loaded => Ok(()),
                Reading::Through => store.read_prefix(String::new()).await,
            }
        })
    }

    /// Lets go of what memory could read again: never of what is not written yet, nor of what a
    /// run under way has read, which reads each key once.
    pub fn clear_cache(&self) {
        if self.reading == Reading::Through && self.accesses.get() == 0 {
            self.forget();
        }
    }

    /// Lets go of what others may change unheard, when nobody is looking.
    pub(super) fn forget(&self) {
        self.memory.retain(Entry::is_pending);
    }

    /// Reads `keys` from the backend into memory, and gives back their entries.
    pub(super) async fn read_keys(&self, keys: &[RecordKey]) -> Result<Vec<Rc<Entry>>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let stamp = self.next_stamp();
        let names = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let records = self.backend.get_many(names).await?;
        let asked = keys
            .iter()
            .map(|key| self.memory.entry(key, Slot::Cold))
            .collect::<Vec<_>>();
        self.take_in(records, &asked, stamp);
        Ok(asked)
    }

    /// Reads every record whose key begins with `prefix` from the backend into memory.
    pub(super) async fn read_prefix(&self, prefix: String) -> Result<(), Error> {
        let stamp = self.next_stamp();
        let records = self.backend.scan(prefix.clone()).await?;
        self.take_in(records, &self.memory.range(&prefix), stamp);
        Ok(())
    }

    /// Reads `entries` anew after a failure has made them doubtful, and tells their watchers.
    /// When that fails too, they stay cold.
    pub(super) async fn read_again(&self, entries: Vec<Rc<Entry>>) {
        for entry in &entries {
            entry.put(Slot::Cold);
        }
        let keys: Vec<_> = entries.iter().map(|entry| entry.key.clone()).collect();
        let read = self.read_keys(&keys).await;
        self.next_epoch();
        if read.is_ok() {
            entries.iter().for_each(|entry| self.publish(entry));
        }
    }

    /// Takes in the answer to what was asked at `stamp`: what is not among the records is
    /// absent. What has been written or asked since is newer and stays.
    pub(super) fn take_in(&self, records: Vec<Record>, asked: &[Rc<Entry>], stamp: u64) {
        self.next_epoch();
        let is_current = |entry: &Entry| !entry.is_pending() && entry.stamp.get() < stamp;
        for record in records {
            if stamp < self.cleared.get() {
                break;
            }
            let entry = match asked {
                [only] if only.key.as_str() == record.key => only.clone(),
                _ => {
                    let key = RecordKey::new(record.key.as_str());
                    self.memory.entry(&key, Slot::Cold)
                }
            };
            if is_current(&entry) {
                entry.put(Slot::Present(Stored::of(record)));
                entry.stamp.set(stamp);
            }
        }
        for entry in asked {
            if is_current(entry) {
                entry.put(Slot::Absent);
                entry.stamp.set(stamp);
                self.release(entry);
            }
        }
    }
}
