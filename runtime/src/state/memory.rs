use super::entry::{Entry, Slot};
use super::record_key::RecordKey;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// The keys that are known, in order.
#[derive(Default)]
pub(super) struct Memory {
    entries: RefCell<BTreeMap<RecordKey, Rc<Entry>>>,
}

impl Memory {
    pub(super) fn find(&self, key: &str) -> Option<Rc<Entry>> {
        self.entries.borrow().get(key).cloned()
    }

    pub(super) fn has(&self, entry: &Rc<Entry>) -> bool {
        self.entries
            .borrow()
            .get(entry.key.as_str())
            .is_some_and(|other| Rc::ptr_eq(other, entry))
    }

    /// The entry of `key`, made with `slot` if there is none.
    pub(super) fn entry(&self, key: &RecordKey, slot: Slot) -> Rc<Entry> {
        self.entries
            .borrow_mut()
            .entry(key.clone())
            .or_insert_with(|| Rc::new(Entry::new(key.clone(), slot)))
            .clone()
    }

    /// The entries whose key begins with `prefix`, in order.
    pub(super) fn range(&self, prefix: &str) -> Vec<Rc<Entry>> {
        self.entries
            .borrow()
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .take_while(|(key, _)| key.as_str().starts_with(prefix))
            .map(|(_, entry)| entry.clone())
            .collect()
    }

    /// The entries that `wanted` takes, in order.
    pub(super) fn filter(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<Rc<Entry>> {
        self.entries
            .borrow()
            .values()
            .filter(|entry| wanted(entry))
            .cloned()
            .collect()
    }

    pub(super) fn any(&self, wanted: impl Fn(&Entry) -> bool) -> bool {
        self.entries.borrow().values().any(|entry| wanted(entry))
    }

    /// Lets go of an entry that says nothing: no record, and nothing to be written.
    pub(super) fn release(&self, entry: &Rc<Entry>) {
        if !entry.is_pending() && entry.is_absent() && !entry.detached.replace(true) {
            self.entries.borrow_mut().remove(entry.key.as_str());
        }
    }

    /// Lets go of every entry that `keep` refuses.
    pub(super) fn retain(&self, keep: impl Fn(&Entry) -> bool) {
        self.entries.borrow_mut().retain(|_, entry| {
            let kept = keep(entry);
            entry.detached.set(!kept);
            kept
        });
    }
}
