//! How memory takes in what the backend has.

use super::store::Store;
use crate::pace::Pace;
use crate::protocol::{Error, Record};
use crate::state::cache::Cursor;
use crate::state::cache::RecordKey;
use crate::state::cache::{Entry, Slot, Stored};
use crate::state::namespaces::Rules;
use crate::storage::{Pending, Reading};
use std::rc::Rc;

/// How many keys are asked of the backend at once.
pub(crate) const MOST_AT_ONCE: usize = 1000;

/// Who is told of what memory takes in.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Tell {
    Nobody,
    /// Those who watch what has changed.
    Watchers,
}

impl Store {
    /// What a key that memory does not have is.
    pub(crate) fn unseen(&self, rules: &Rules) -> Slot {
        match self.reading {
            Reading::Through if rules.config.persistent => Slot::Cold,
            _ => Slot::Absent,
        }
    }

    /// Lets go of an entry that says no more than its absence would.
    pub(crate) fn release(&self, entry: &Rc<Entry>) {
        if self.reading == Reading::Through {
            return;
        }
        if self.reads.get() == 0 {
            self.memory.release(entry);
        } else {
            self.unreleased.borrow_mut().push(entry.clone());
        }
    }

    /// Notes that the backend has an entry as it was written, at `stamp`. What was asked before that may be
    /// answered later, and know nothing of it.
    pub(crate) fn note_written(&self, entry: &Rc<Entry>, stamp: u64) {
        // What has changed since has a stamp of its own.
        if !entry.is_pending() {
            entry.stamp.set(stamp);
            self.release(entry);
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
                Reading::Through => store.read_prefix("", Tell::Nobody).await,
            }
        })
    }

    /// Lets go of what memory could read again: never of what is not written yet, nor of what a
    /// run under way has read, which reads each key once.
    pub fn clear_cache(self: &Rc<Self>) {
        if self.reading == Reading::Through && self.accesses.get() == 0 {
            self.forget();
        }
    }

    /// Lets go of what others may change unheard, when nobody is looking: of much of it later. Whoever
    /// looks meanwhile reads it anew, and then it stays.
    pub(crate) fn forget(self: &Rc<Self>) {
        let stamp = self.next_stamp();
        let pace = Pace::new(self.platform.clone());
        let mut cursor = Cursor::new("");
        if !self.forget_part(&mut cursor, stamp) {
            return;
        }
        let store = self.clone();
        self.platform.spawn(Box::pin(async move {
            pace.turn().await;
            while store.forget_part(&mut cursor, stamp) {
                pace.turn().await;
            }
        }));
    }

    /// False when there is no more.
    fn forget_part(&self, cursor: &mut Cursor, stamp: u64) -> bool {
        let part = cursor.next(&self.memory);
        for entry in &part {
            if !entry.is_pending() && entry.stamp.get() < stamp {
                self.memory.remove(entry);
            }
        }
        !part.is_empty()
    }

    /// Lets go of an entry of which nothing was ever known, for asking has failed.
    pub(crate) fn let_go_unknown(&self, entry: &Entry) {
        let is_unknown = entry.is_cold() && !entry.is_pending() && entry.stamp.get() == 0;
        if is_unknown && self.reading == Reading::Through {
            self.memory.remove(entry);
        }
    }

    /// What the backend has of these keys.
    pub(crate) async fn ask(&self, keys: &[RecordKey]) -> Result<Vec<Record>, Error> {
        let names = keys.iter().map(|key| key.as_str().to_owned()).collect();
        self.backend.get_many(names).await
    }

    /// Reads `keys` from the backend into memory, and gives back their entries.
    pub(crate) async fn read_keys(
        &self,
        keys: &[RecordKey],
        tell: Tell,
    ) -> Result<Vec<Rc<Entry>>, Error> {
        let (pace, _reading) = (Pace::new(self.platform.clone()), UnderWay::begin(self));
        let mut entries = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MOST_AT_ONCE) {
            let stamp = self.next_stamp();
            let records = self.ask(keys).await?;
            // Before they are taken in, so that those without a record are told of too.
            let first = entries.len();
            entries.extend(keys.iter().map(|key| self.memory.entry(key, Slot::Cold)));
            self.take_in(records, stamp, tell, &pace).await;
            for entry in &entries[first..] {
                self.take_absent(entry, stamp, tell);
                pace.after(0).await;
            }
        }
        Ok(entries)
    }

    /// Reads every record whose key begins with `prefix` from the backend into memory.
    pub(crate) async fn read_prefix(&self, prefix: &str, tell: Tell) -> Result<(), Error> {
        let (pace, _reading) = (Pace::new(self.platform.clone()), UnderWay::begin(self));
        let stamp = self.next_stamp();
        let records = self.backend.scan(prefix.to_owned()).await?;
        self.take_in(records, stamp, tell, &pace).await;
        let mut cursor = Cursor::new(prefix);
        loop {
            let part = cursor.next(&self.memory);
            if part.is_empty() {
                return Ok(());
            }
            for entry in part {
                self.take_absent(&entry, stamp, tell);
                pace.after(0).await;
            }
        }
    }

    /// Reads `entries` anew after a failure has made them doubtful, and tells their watchers.
    /// When that fails too, they stay cold.
    pub(crate) async fn read_again(&self, entries: Vec<Rc<Entry>>, pace: &Pace) {
        for entry in &entries {
            if !entry.is_detached() {
                entry.put(Slot::Cold);
            }
            pace.after(0).await;
        }
        for entries in entries.chunks(MOST_AT_ONCE) {
            let keys: Vec<_> = entries.iter().map(|entry| entry.key.clone()).collect();
            if self.read_keys(&keys, Tell::Nobody).await.is_ok() {
                for entry in entries {
                    self.publish(entry);
                    pace.after(0).await;
                }
            }
        }
    }

    /// Takes in what the backend has answered to what was asked at `stamp`.
    pub(crate) async fn take_in(&self, records: Vec<Record>, stamp: u64, tell: Tell, pace: &Pace) {
        for record in records {
            let length = record.value.len();
            self.take_in_one(&record, stamp, tell);
            pace.after(length).await;
        }
    }

    /// Takes in a record as it was at `stamp`: of those with one key the last. What has been written or asked since
    /// is newer and stays.
    pub(crate) fn take_in_one(&self, record: &Record, stamp: u64, tell: Tell) {
        if stamp < self.cleared.get() {
            return;
        }
        let key = RecordKey::new(record.key.as_str());
        let entry = self.memory.entry(&key, Slot::Cold);
        if entry.is_pending() || entry.stamp.get() > stamp {
            return;
        }
        let was = self.before(&entry, tell);
        entry.put(Slot::Present(Stored::of(record)));
        entry.stamp.set(stamp);
        if was.is_some_and(|was| was.as_ref() != Some(record)) {
            self.publish(&entry);
        }
    }

    /// Takes in that the backend had no record of `entry` at `stamp`, if it was not taken in with one.
    fn take_absent(&self, entry: &Rc<Entry>, stamp: u64, tell: Tell) {
        if !entry.is_pending() && entry.stamp.get() < stamp {
            let was = self.before(entry, tell);
            entry.put(Slot::Absent);
            entry.stamp.set(stamp);
            if was.flatten().is_some() {
                self.publish(entry);
            }
            self.release(entry);
        }
    }

    /// What is at `entry`, where somebody is to be told of what becomes of it.
    fn before(&self, entry: &Entry, tell: Tell) -> Option<Option<Record>> {
        (tell == Tell::Watchers && self.is_watched())
            .then(|| self.record(entry).unwrap_or_default())
    }
}

/// A reading. What becomes absent meanwhile stays in memory, so that no older answer brings it back.
struct UnderWay<'a>(&'a Store);

impl<'a> UnderWay<'a> {
    fn begin(store: &'a Store) -> Self {
        store.reads.set(store.reads.get() + 1);
        Self(store)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Self(store) = self;
        store.reads.set(store.reads.get() - 1);
        if store.reads.get() == 0 {
            for entry in store.unreleased.take() {
                store.memory.release(&entry);
            }
        }
    }
}
