//! A store's records in memory: those of its backend, and those that last no longer than the store.

use super::entry::Entry;
use super::map::{Cursor, RecordCache};
use super::parsed_values::ParsedValues;
use super::record_key::RecordKey;
use super::stored::Slot;
use crate::pace::Pace;
use crate::platform::Platform;
use crate::protocol::Value;
use crate::storage::CacheMode;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// The two caches of a store, and how the durable one is filled.
pub(crate) struct Caches {
    backend_name: Box<str>,
    mode: CacheMode,
    durable: RecordCache,
    volatile: RecordCache,
    parsed: ParsedValues,
    stamp: Cell<u64>,
    loads: Cell<u32>,
    /// What is to be released when no load is in progress any more.
    unreleased: RefCell<Vec<Rc<Entry>>>,
    /// Whether the backend tells of all changes, with the records.
    pub(crate) are_told: Cell<bool>,
    /// What was removed here, and was not heard of yet: what is heard first may be older.
    removed: RefCell<VecDeque<Rc<Entry>>>,
    /// Something was removed of which nothing is known any more.
    pub(crate) has_forgotten: Cell<bool>,
}

/// How many removed keys are remembered until they are heard of.
const MOST_REMOVED: usize = 1024;

impl Caches {
    pub(crate) fn new(backend_name: &str, mode: CacheMode) -> Self {
        Self {
            backend_name: backend_name.into(),
            mode,
            durable: RecordCache::default(),
            volatile: RecordCache::default(),
            parsed: ParsedValues::default(),
            stamp: Cell::new(0),
            loads: Cell::new(0),
            unreleased: RefCell::default(),
            are_told: Cell::new(false),
            removed: RefCell::default(),
            has_forgotten: Cell::new(false),
        }
    }

    /// The name that errors give the backend.
    pub(crate) fn backend_name(&self) -> &str {
        &self.backend_name
    }

    /// Whether a run reads through to the backend.
    pub(crate) fn reads_through(&self) -> bool {
        self.mode == CacheMode::ReadThrough
    }

    /// The records that the backend has, or is to have.
    pub(crate) fn durable(&self) -> &RecordCache {
        &self.durable
    }

    /// The records that last no longer than the store.
    pub(crate) fn volatile(&self) -> &RecordCache {
        &self.volatile
    }

    /// What is in memory at `key`.
    pub(crate) fn find(&self, key: &RecordKey) -> Option<Rc<Entry>> {
        let all = [&self.durable, &self.volatile];
        all.iter().find_map(|cache| cache.find(key.as_str()))
    }

    /// About the bytes that all records take.
    pub(crate) fn weight(&self) -> f64 {
        self.durable.weight() + self.volatile.weight()
    }

    /// The next number of the store's own count of changes and questions.
    pub(crate) fn next_stamp(&self) -> u64 {
        let stamp = self.stamp.get() + 1;
        self.stamp.set(stamp);
        stamp
    }

    /// Keeps the value that `text` was parsed to, if that is still what is stored under `key`.
    pub(super) fn keep_parsed(&self, key: &RecordKey, text: &Rc<str>, value: &Rc<Value>) {
        if let Some(entry) = self.find(key) {
            self.parsed.keep(&entry, text, value);
        }
    }

    /// Releases a durable entry that says no more than its absence would.
    pub(crate) fn release(&self, entry: &Rc<Entry>) {
        if self.reads_through() {
            return;
        }
        if self.are_told.get() && entry.is_ahead.get() {
            self.remember_removed(entry);
        } else if self.loads.get() == 0 {
            self.durable.release(entry);
        } else {
            self.unreleased.borrow_mut().push(entry.clone());
        }
    }

    fn remember_removed(&self, entry: &Rc<Entry>) {
        if entry.is_pending() || !entry.is_absent() || entry.is_remembered.replace(true) {
            return;
        }
        let mut removed = self.removed.borrow_mut();
        removed.push_back(entry.clone());
        if removed.len() > MOST_REMOVED
            && let Some(oldest) = removed.pop_front()
        {
            oldest.is_remembered.set(false);
            if oldest.is_absent() && !oldest.is_pending() {
                self.has_forgotten
                    .set(self.has_forgotten.get() || oldest.is_ahead.get());
                self.durable.release(&oldest);
            }
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

    /// Releases an entry of which nothing was ever known, because asking has failed.
    pub(crate) fn release_unknown(&self, entry: &Entry) {
        let is_unknown = entry.is_cold() && !entry.is_pending() && entry.stamp.get() == 0;
        if is_unknown && self.reads_through() {
            self.durable.remove(entry);
        }
    }

    /// Begins a load. What becomes absent before it ends stays in memory, so that no older answer brings it back.
    pub(crate) fn begin_load(&self) -> LoadInProgress<'_> {
        self.loads.set(self.loads.get() + 1);
        LoadInProgress(self)
    }

    /// Forgets what others may change unheard, when nobody is looking: much of it later. Whoever
    /// looks meanwhile reads it again, and then it stays.
    pub(crate) fn forget(self: &Rc<Self>, platform: &Rc<dyn Platform>) {
        let stamp = self.next_stamp();
        let pace = Pace::new(platform.clone());
        let mut cursor = Cursor::new("");
        if !self.forget_part(&mut cursor, stamp) {
            return;
        }
        let caches = self.clone();
        platform.spawn(Box::pin(async move {
            pace.turn().await;
            while caches.forget_part(&mut cursor, stamp) {
                pace.turn().await;
            }
        }));
    }

    /// False when there is no more.
    fn forget_part(&self, cursor: &mut Cursor, stamp: u64) -> bool {
        let part = cursor.next(&self.durable);
        for entry in &part {
            if !entry.is_pending() && entry.stamp.get() < stamp {
                self.durable.remove(entry);
            }
        }
        !part.is_empty()
    }

    /// The state of a durable key that is not in memory.
    pub(crate) fn unseen(&self) -> Slot {
        match self.mode {
            CacheMode::ReadThrough => Slot::Cold,
            CacheMode::Preloaded => Slot::Absent,
        }
    }
}

/// A load, until this is dropped.
pub(crate) struct LoadInProgress<'a>(&'a Caches);

impl Drop for LoadInProgress<'_> {
    fn drop(&mut self) {
        let Self(caches) = self;
        caches.loads.set(caches.loads.get() - 1);
        if caches.loads.get() == 0 {
            for entry in caches.unreleased.take() {
                caches.durable.release(&entry);
            }
        }
    }
}
