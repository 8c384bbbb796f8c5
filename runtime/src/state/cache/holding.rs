//! What the records in memory take, kept as they change: to add them up takes long.

use super::entry::{Slot, Stored};
use super::record_key::RecordKey;
use super::snapshot::Snapshot;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The records of one namespace, expired ones too.
pub(crate) struct Holding {
    /// How their keys begin: `scope:namespace:`. Empty for those that State did not make.
    pub(crate) prefix: Box<str>,
    /// The bytes of their keys, as scripts know them, and of their JSON values.
    pub(crate) bytes: Cell<f64>,
    /// How many of them will expire or have expired.
    pub(crate) expiring: Cell<usize>,
    pub(crate) generation: Rc<Generation>,
}

/// All records that are in memory from one clear to the next.
#[derive(Default)]
pub(crate) struct Generation {
    /// They were cleared: whoever still holds an entry of theirs has nothing.
    pub(crate) gone: Cell<bool>,
    /// How many records there are, and of them those that will expire or have expired.
    pub(crate) records: Cell<usize>,
    pub(crate) expiring: Cell<usize>,
    /// About the bytes that they take.
    pub(crate) weight: Cell<f64>,
    /// Who wants them as they are now.
    pub(crate) snapshots: RefCell<Vec<Weak<Snapshot>>>,
}

/// About what a record takes in memory beside its key and value, in bytes.
pub(crate) const RECORD_BYTES: f64 = 256.0;

impl Holding {
    pub(crate) fn new(prefix: &str, generation: Rc<Generation>) -> Self {
        Self {
            prefix: prefix.into(),
            bytes: Cell::new(0.0),
            expiring: Cell::new(0),
            generation,
        }
    }

    /// What is at `key` is about to change.
    pub(crate) fn change(&self, key: &RecordKey, from: &Slot, to: &Slot) {
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
        let weight = (key.script_length() + stored.charge()) as f64 + RECORD_BYTES;
        self.bytes.set(self.bytes.get() + size(key, stored) * sign);
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

/// The bytes of a record's key, as scripts know it, and of its JSON value.
pub(crate) fn size(key: &RecordKey, stored: &Stored) -> f64 {
    (key.script_length() + stored.length) as f64
}

impl Generation {
    fn keep(&self, key: &RecordKey, was: &Slot) {
        let snapshots = self.snapshots.borrow();
        for snapshot in snapshots.iter().filter_map(Weak::upgrade) {
            snapshot.keep(key, was);
        }
    }
}
