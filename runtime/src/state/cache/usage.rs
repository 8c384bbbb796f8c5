//! The memory and quota that records take, counted as they change: to add them up takes long.

use super::before_images::BeforeImages;
use super::record_key::RecordKey;
use super::stored::{Slot, Stored};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The sums of one namespace's records, expired ones included.
pub(crate) struct NamespaceUsage {
    /// How their keys begin: `scope:namespace:`. Empty for those that State did not make.
    pub(super) prefix: Box<str>,
    bytes: Cell<f64>,
    expiring: Cell<usize>,
    pub(super) generation: Rc<Generation>,
}

/// The sums of all records that are in memory from one clear to the next.
#[derive(Default)]
pub(crate) struct Generation {
    gone: Cell<bool>,
    records: Cell<usize>,
    expiring: Cell<usize>,
    weight: Cell<f64>,
    /// Those who want the records as they are now.
    snapshots: RefCell<Vec<Weak<RefCell<BeforeImages>>>>,
}

/// About what a record takes in memory in addition to its key and value, in bytes.
const RECORD_BYTES: f64 = 256.0;

/// About what a record takes in memory, in bytes; `key` is its length, `charge` that of its value.
pub(crate) fn record_bytes(key: usize, charge: usize) -> f64 {
    (key + charge) as f64 + RECORD_BYTES
}

/// The bytes that count for a quota: of the key, as scripts know it, and of the JSON value.
pub(crate) fn quota_bytes(key: &RecordKey, stored: &Stored) -> f64 {
    (key.script_length() + stored.length) as f64
}

impl NamespaceUsage {
    pub(super) fn new(prefix: &str, generation: Rc<Generation>) -> Self {
        Self {
            prefix: prefix.into(),
            bytes: Cell::new(0.0),
            expiring: Cell::new(0),
            generation,
        }
    }

    /// The bytes that its records count for a quota.
    pub(crate) fn bytes(&self) -> f64 {
        self.bytes.get()
    }

    /// Whether any of its records will expire or has expired.
    pub(crate) fn expires(&self) -> bool {
        self.expiring.get() > 0
    }

    /// What is at `key` is about to change.
    pub(super) fn change(&self, key: &RecordKey, from: &Slot, to: &Slot) {
        self.generation.keep(key, from);
        self.count(key, from, -1.0);
        self.count(key, to, 1.0);
    }

    fn count(&self, key: &RecordKey, slot: &Slot, sign: f64) {
        let Slot::Present(stored) = slot else {
            return;
        };
        let add = |to: &Cell<usize>| to.set(to.get().wrapping_add_signed(sign as isize));
        let generation = &self.generation;
        let weight = record_bytes(key.script_length(), stored.charge());
        self.bytes
            .set(self.bytes.get() + quota_bytes(key, stored) * sign);
        generation
            .weight
            .set(generation.weight.get() + weight * sign);
        add(&generation.records);
        if stored.expires_at.is_some() {
            add(&self.expiring);
            add(&generation.expiring);
        }
    }
}

impl Generation {
    /// Whether the records were cleared: whoever still holds an entry of theirs has nothing.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.get()
    }

    /// The records are cleared.
    pub(super) fn end(&self) {
        self.gone.set(true);
    }

    /// How many records there are.
    pub(super) fn records(&self) -> usize {
        self.records.get()
    }

    /// Whether any record will expire or has expired.
    pub(super) fn expires(&self) -> bool {
        self.expiring.get() > 0
    }

    /// About the bytes that the records take.
    pub(super) fn weight(&self) -> f64 {
        self.weight.get()
    }

    /// Keeps what changes from now on in `before`, until that is dropped.
    pub(super) fn add_snapshot(&self, before: &Rc<RefCell<BeforeImages>>) {
        let mut snapshots = self.snapshots.borrow_mut();
        snapshots.retain(|other| other.strong_count() > 0);
        snapshots.push(Rc::downgrade(before));
    }

    fn keep(&self, key: &RecordKey, was: &Slot) {
        let snapshots = self.snapshots.borrow();
        for before in snapshots.iter().filter_map(Weak::upgrade) {
            before.borrow_mut().keep(key, was);
        }
    }
}
