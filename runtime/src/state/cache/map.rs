//! The map of the keys in memory, and the way through it in parts.

use super::entry::Entry;
use super::record_key::RecordKey;
use super::stored::Slot;
use super::usage::{Generation, NamespaceUsage};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// Entries by their keys, in order.
pub(crate) type Entries = BTreeMap<RecordKey, Rc<Entry>>;

/// The keys that are known, in order, and what their records take.
#[derive(Default)]
pub(crate) struct RecordCache {
    entries: RefCell<Rc<RefCell<Entries>>>,
    generation: RefCell<Rc<Generation>>,
    usages: RefCell<BTreeMap<Box<str>, Rc<NamespaceUsage>>>,
    /// The usage that the entry made last counts for: the next one's is most often the same.
    last: RefCell<Option<Rc<NamespaceUsage>>>,
}

/// How many entries are looked at before others may have a turn.
const PART: usize = 256;

/// How many namespaces may be empty before they are forgotten.
const MOST_USAGES: usize = 1024;

impl RecordCache {
    pub(crate) fn find(&self, key: &str) -> Option<Rc<Entry>> {
        self.entries.borrow().borrow().get(key).cloned()
    }

    pub(crate) fn has(&self, entry: &Rc<Entry>) -> bool {
        self.find(entry.key.as_str())
            .is_some_and(|other| Rc::ptr_eq(&other, entry))
    }

    /// The entry of `key`, made with `slot`, which is not a record, if there is none.
    pub(crate) fn entry(&self, key: &RecordKey, slot: Slot) -> Rc<Entry> {
        let entries = self.entries.borrow();
        let mut entries = entries.borrow_mut();
        entries
            .entry(key.clone())
            .or_insert_with(|| Rc::new(Entry::new(key.clone(), slot, self.usage_of(key))))
            .clone()
    }

    fn usage_of(&self, key: &RecordKey) -> Rc<NamespaceUsage> {
        let prefix = key.prefix();
        let mut last = self.last.borrow_mut();
        if let Some(last) = last.as_ref().filter(|last| *last.prefix == *prefix) {
            return last.clone();
        }
        let mut usages = self.usages.borrow_mut();
        if let Some(known) = usages.get(prefix) {
            return last.insert(known.clone()).clone();
        }
        if usages.len() >= MOST_USAGES && usages.len().is_power_of_two() {
            *last = None;
            usages.retain(|_, usage| Rc::strong_count(usage) > 1);
        }
        let usage = Rc::new(NamespaceUsage::new(prefix, self.generation()));
        usages.insert(prefix.into(), usage.clone());
        last.insert(usage).clone()
    }

    /// The sums of all records.
    pub(super) fn generation(&self) -> Rc<Generation> {
        self.generation.borrow().clone()
    }

    /// Whether any record will expire or has expired.
    pub(crate) fn expires(&self) -> bool {
        self.generation.borrow().expires()
    }

    /// About the bytes that all records take.
    pub(super) fn weight(&self) -> f64 {
        self.generation.borrow().weight()
    }

    /// The entries themselves, until the next clear.
    pub(crate) fn entries(&self) -> Rc<RefCell<Entries>> {
        self.entries.borrow().clone()
    }

    /// Forgets all that is known, and returns it.
    pub(crate) fn clear(&self) -> Rc<RefCell<Entries>> {
        self.generation.take().end();
        self.usages.take();
        self.last.take();
        self.entries.take()
    }

    /// Releases an entry that says nothing: no record, and nothing to be written.
    pub(crate) fn release(&self, entry: &Entry) {
        if !entry.is_pending() && entry.is_absent() {
            self.remove(entry);
        }
    }

    /// Removes an entry, whatever it says.
    pub(crate) fn remove(&self, entry: &Entry) {
        if !entry.is_detached() {
            entry.detach();
            self.entries
                .borrow()
                .borrow_mut()
                .remove(entry.key.as_str());
        }
    }
}

/// A position among the entries whose keys begin with a prefix, in order; entries may come and go meanwhile.
pub(crate) struct Cursor {
    prefix: String,
    after: Option<RecordKey>,
    is_over: bool,
}

impl Cursor {
    pub(crate) fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            after: None,
            is_over: false,
        }
    }

    /// Begins behind this key.
    pub(crate) fn behind(prefix: impl Into<String>, key: RecordKey) -> Self {
        Self {
            after: Some(key),
            ..Self::new(prefix)
        }
    }

    /// The next ones, a few; none at the end.
    pub(crate) fn next(&mut self, cache: &RecordCache) -> Vec<Rc<Entry>> {
        self.next_of(&cache.entries())
    }

    /// The same, of what a clear may have set aside.
    pub(crate) fn next_of(&mut self, entries: &RefCell<Entries>) -> Vec<Rc<Entry>> {
        if self.is_over {
            return Vec::new();
        }
        let entries = entries.borrow();
        let from = match &self.after {
            None => Bound::Included(self.prefix.as_str()),
            Some(key) => Bound::Excluded(key.as_str()),
        };
        let part: Vec<Rc<Entry>> = entries
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(key, _)| key.as_str().starts_with(&self.prefix))
            .map(|(_, entry)| entry.clone())
            .take(PART)
            .collect();
        self.is_over = part.len() < PART;
        self.after = part.last().map(|entry| entry.key.clone());
        part
    }
}
