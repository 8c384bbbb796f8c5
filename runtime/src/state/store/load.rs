//! Loads: what the backend has is read into the cache.

use crate::pace::Pace;
use crate::platform::Platform;
use crate::protocol::{Error, Record};
use crate::state::cache::{Caches, Cursor, Entry, RecordKey, Slot, Stored};
use crate::state::watch::ChangeFeed;
use crate::storage::{Atomicity, Backend};
use std::cell::Cell;
use std::rc::Rc;

/// The way from the backend into the cache.
pub(crate) struct Loader {
    platform: Rc<dyn Platform>,
    backend: Rc<dyn Backend>,
    caches: Rc<Caches>,
    feed: ChangeFeed,
    last_clear: Cell<LastClear>,
}

/// The last clear of the backend. What was asked before its end is out of date.
#[derive(Clone, Copy)]
enum LastClear {
    InProgress,
    /// It ended at this stamp; 0 when there was none.
    Ended(u64),
}

/// How many keys are asked of the backend at once.
pub(super) const MOST_AT_ONCE: usize = 1000;

/// The audience of what the cache takes in.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Audience {
    Nobody,
    /// Those who watch what has changed.
    Watchers,
}

impl Loader {
    pub(super) fn new(platform: Rc<dyn Platform>, backend: Rc<dyn Backend>) -> Self {
        let caches = Caches::new(backend.name(), backend.cache_mode());
        let others_may_write = backend.atomicity() != Atomicity::Locked;
        caches
            .are_told
            .set(others_may_write && !caches.reads_through());
        Self {
            platform,
            backend,
            caches: Rc::new(caches),
            feed: ChangeFeed::default(),
            last_clear: Cell::new(LastClear::Ended(0)),
        }
    }

    pub(crate) fn platform(&self) -> &Rc<dyn Platform> {
        &self.platform
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    pub(crate) fn caches(&self) -> &Rc<Caches> {
        &self.caches
    }

    pub(crate) fn feed(&self) -> &ChangeFeed {
        &self.feed
    }

    /// A new pace, for work on many records.
    pub(crate) fn pace(&self) -> Pace {
        Pace::new(self.platform.clone())
    }

    /// The records that the backend has of these keys.
    pub(super) async fn ask(&self, keys: &[RecordKey]) -> Result<Vec<Record>, Error> {
        let names = keys.iter().map(|key| key.as_str().to_owned()).collect();
        self.backend.get_many(names).await
    }

    /// Loads `keys`, and returns their entries.
    pub(crate) async fn load_keys(
        &self,
        keys: &[RecordKey],
        audience: Audience,
    ) -> Result<Vec<Rc<Entry>>, Error> {
        let (pace, _load) = (self.pace(), self.caches.begin_load());
        let mut entries = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MOST_AT_ONCE) {
            let stamp = self.caches.next_stamp();
            let records = self.ask(keys).await?;
            // Before they are taken in, so that watchers are notified of those without a record too.
            let first = entries.len();
            let durable = self.caches.durable();
            entries.extend(keys.iter().map(|key| durable.entry(key, Slot::Cold)));
            self.take_in(records, stamp, audience, &pace).await;
            for entry in &entries[first..] {
                // What is on its way to here may be older.
                entry.is_ahead.set(true);
                self.take_absent(entry, stamp, audience);
                pace.after(0).await;
            }
        }
        Ok(entries)
    }

    /// Loads every record whose key begins with `prefix`.
    pub(crate) async fn load_prefix(&self, prefix: &str, audience: Audience) -> Result<(), Error> {
        let (pace, _load) = (self.pace(), self.caches.begin_load());
        let stamp = self.caches.next_stamp();
        let records = self.backend.scan(prefix.to_owned()).await?;
        self.take_in(records, stamp, audience, &pace).await;
        let mut cursor = Cursor::new(prefix);
        loop {
            let part = cursor.next(self.caches.durable());
            if part.is_empty() {
                return Ok(());
            }
            for entry in part {
                self.take_absent(&entry, stamp, audience);
                pace.after(0).await;
            }
        }
    }

    /// Loads everything, where it is not in memory anyway.
    pub(super) async fn load_all(&self) -> Result<(), Error> {
        if self.caches.reads_through() {
            self.load_prefix("", Audience::Nobody).await?;
        }
        Ok(())
    }

    /// Loads `entries` again after a failure has made them doubtful, and notifies their watchers.
    /// When that fails too, they stay cold.
    pub(super) async fn load_again(&self, entries: Vec<Rc<Entry>>, pace: &Pace) {
        for entry in &entries {
            if !entry.is_detached() {
                entry.put(Slot::Cold);
            }
            pace.after(0).await;
        }
        for entries in entries.chunks(MOST_AT_ONCE) {
            let keys: Vec<_> = entries.iter().map(|entry| entry.key.clone()).collect();
            if self.load_keys(&keys, Audience::Nobody).await.is_ok() {
                for entry in entries {
                    self.feed.publish(entry);
                    pace.after(0).await;
                }
            }
        }
    }

    /// Takes in what the backend has answered to what was asked at `stamp`.
    pub(super) async fn take_in(
        &self,
        records: Vec<Record>,
        stamp: u64,
        audience: Audience,
        pace: &Pace,
    ) {
        for record in records {
            let length = record.value.len();
            self.take_in_one(&record, stamp, audience);
            pace.after(length).await;
        }
    }

    /// Takes in a record as it was at `stamp`: of those with one key the last. What has been written or asked since
    /// is newer and stays.
    pub(super) fn take_in_one(&self, record: &Record, stamp: u64, audience: Audience) {
        if self.last_clear.get().outdates(stamp) {
            return;
        }
        let key = RecordKey::new(record.key.as_str());
        let entry = self.caches.durable().entry(&key, Slot::Cold);
        if entry.is_pending() || entry.stamp.get() > stamp {
            return;
        }
        let was = self.before(&entry, audience);
        entry.put(Slot::Present(Stored::of(record)));
        entry.stamp.set(stamp);
        if was.is_some_and(|was| was.as_ref() != Some(record)) {
            self.feed.publish(&entry);
        }
    }

    /// Notes that what was taken in of a key was not heard of yet.
    pub(super) fn note_ahead(&self, key: &str) {
        if let Some(entry) = self.caches.durable().find(key) {
            entry.is_ahead.set(true);
        }
    }

    /// Takes in what the backend has at a key, as it has told now.
    pub(super) fn take_in_told(&self, key: &str, record: Option<&Record>) {
        let stamp = self.caches.next_stamp();
        match record {
            Some(record) => self.take_in_one(record, stamp, Audience::Watchers),
            None => {
                if let Some(entry) = self.caches.durable().find(key) {
                    self.take_absent(&entry, stamp, Audience::Watchers);
                }
            }
        }
    }

    /// Takes in that the backend had no record of `entry` at `stamp`, if it was not taken in with one.
    fn take_absent(&self, entry: &Rc<Entry>, stamp: u64, audience: Audience) {
        if !entry.is_pending() && entry.stamp.get() < stamp {
            let was = self.before(entry, audience);
            entry.put(Slot::Absent);
            entry.stamp.set(stamp);
            if was.flatten().is_some() {
                self.feed.publish(entry);
            }
            self.caches.release(entry);
        }
    }

    /// What is at `entry`, where somebody is to be notified of what becomes of it.
    fn before(&self, entry: &Entry, audience: Audience) -> Option<Option<Record>> {
        (audience == Audience::Watchers && self.feed.is_watched())
            .then(|| entry.record().unwrap_or_default())
    }

    /// A clear of the backend begins.
    pub(super) fn begin_clear(&self) {
        self.last_clear.set(LastClear::InProgress);
    }

    /// The last clear of the backend that was begun has ended.
    pub(super) fn end_clear(&self) {
        let stamp = self.caches.next_stamp();
        self.last_clear.set(LastClear::Ended(stamp));
        self.caches.has_forgotten.set(true);
    }

    /// Whether what was asked at `stamp` is out of date, because all was cleared.
    pub(super) fn is_cleared(&self, stamp: u64) -> bool {
        self.last_clear.get().outdates(stamp)
    }

    pub(super) fn is_clearing(&self) -> bool {
        matches!(self.last_clear.get(), LastClear::InProgress)
    }
}

impl LastClear {
    /// Whether what was asked at `stamp` is out of date.
    fn outdates(self, stamp: u64) -> bool {
        match self {
            Self::InProgress => true,
            Self::Ended(end) => stamp < end,
        }
    }
}
