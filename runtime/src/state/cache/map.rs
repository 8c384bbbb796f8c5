use super::entry::{Entry, Slot};
use super::holding::{Generation, Holding};
use super::record_key::RecordKey;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// Entries by their keys, in order.
pub(crate) type Entries = BTreeMap<RecordKey, Rc<Entry>>;

/// The keys that are known, in order.
#[derive(Default)]
pub(crate) struct Memory {
    entries: RefCell<Rc<RefCell<Entries>>>,
    generation: RefCell<Rc<Generation>>,
    holdings: RefCell<BTreeMap<Box<str>, Rc<Holding>>>,
    /// The holding of the entry that was made last: the next one's is most often the same.
    last: RefCell<Option<Rc<Holding>>>,
}

/// How many entries are looked at before others may have a turn.
const PART: usize = 256;

/// How many namespaces may be empty before they are forgotten.
const MOST_HOLDINGS: usize = 1024;

impl Memory {
    pub(crate) fn find(&self, key: &str) -> Option<Rc<Entry>> {
        self.entries.borrow().borrow().get(key).cloned()
    }

    pub(crate) fn has(&self, entry: &Rc<Entry>) -> bool {
        self.find(entry.key.as_str())
            .is_some_and(|other| Rc::ptr_eq(&other, entry))
    }

    /// The entry of `key`, made with `slot`, which is no record, if there is none.
    pub(crate) fn entry(&self, key: &RecordKey, slot: Slot) -> Rc<Entry> {
        let entries = self.entries.borrow();
        let mut entries = entries.borrow_mut();
        entries
            .entry(key.clone())
            .or_insert_with(|| Rc::new(Entry::new(key.clone(), slot, self.holding(key))))
            .clone()
    }

    fn holding(&self, key: &RecordKey) -> Rc<Holding> {
        let prefix = key.prefix();
        let mut last = self.last.borrow_mut();
        if let Some(last) = last.as_ref().filter(|last| *last.prefix == *prefix) {
            return last.clone();
        }
        let mut holdings = self.holdings.borrow_mut();
        if let Some(known) = holdings.get(prefix) {
            return last.insert(known.clone()).clone();
        }
        if holdings.len() >= MOST_HOLDINGS && holdings.len().is_power_of_two() {
            *last = None;
            holdings.retain(|_, holding| Rc::strong_count(holding) > 1);
        }
        let holding = Rc::new(Holding::new(prefix, self.generation()));
        holdings.insert(prefix.into(), holding.clone());
        last.insert(holding).clone()
    }

    /// What all records take.
    pub(crate) fn generation(&self) -> Rc<Generation> {
        self.generation.borrow().clone()
    }

    /// Whether any record will expire or has expired.
    pub(crate) fn expires(&self) -> bool {
        self.generation.borrow().expiring.get() > 0
    }

    /// The entries themselves, until the next clear.
    pub(crate) fn entries(&self) -> Rc<RefCell<Entries>> {
        self.entries.borrow().clone()
    }

    /// Forgets all that is known, and gives it.
    pub(crate) fn clear(&self) -> Rc<RefCell<Entries>> {
        self.generation.take().gone.set(true);
        self.holdings.take();
        self.last.take();
        self.entries.take()
    }

    /// Lets go of an entry that says nothing: no record, and nothing to be written.
    pub(crate) fn release(&self, entry: &Entry) {
        if !entry.is_pending() && entry.is_absent() {
            self.remove(entry);
        }
    }

    /// Lets go of an entry, whatever it says.
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

/// A way through the entries whose keys begin with a prefix, in order; entries may come and go meanwhile.
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
    pub(crate) fn next(&mut self, memory: &Memory) -> Vec<Rc<Entry>> {
        self.next_of(&memory.entries())
    }

    /// The same, of what a clear may have put aside.
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
