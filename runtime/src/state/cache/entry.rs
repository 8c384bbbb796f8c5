//! One key in memory.

use super::record_key::RecordKey;
use super::stored::{Body, Slot, Stored};
use super::usage::NamespaceUsage;
use crate::protocol::{Error, Record, Value};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// One key in memory, shared by all who use it: its state, and which batches it is in.
pub(crate) struct Entry {
    pub(crate) key: RecordKey,
    slot: RefCell<Slot>,
    pub(crate) usage: Rc<NamespaceUsage>,
    /// The last batch that it was written in, and its place there.
    pub(crate) written: Cell<(u64, u32)>,
    /// How many batches that have not ended it is in.
    pending: Cell<u8>,
    /// When it was last changed, in the store's own count. What was asked of the backend
    /// before that is out of date.
    pub(crate) stamp: Cell<u64>,
    /// It is absent because its record has expired, at this time.
    pub(crate) expired: Cell<Option<f64>>,
    /// What is here was written here, and was not heard of yet from a backend that tells of all changes: what is heard
    /// first may be older.
    pub(crate) is_ahead: Cell<bool>,
    /// It is among the removed keys that are remembered.
    pub(crate) is_remembered: Cell<bool>,
    detached: Cell<bool>,
}

impl Entry {
    pub(crate) fn new(key: RecordKey, slot: Slot, usage: Rc<NamespaceUsage>) -> Self {
        Self {
            key,
            slot: RefCell::new(slot),
            usage,
            written: Cell::new((0, 0)),
            pending: Cell::new(0),
            stamp: Cell::new(0),
            expired: Cell::new(None),
            is_ahead: Cell::new(false),
            is_remembered: Cell::new(false),
            detached: Cell::new(false),
        }
    }

    /// Whether the backend does not have it as it is here.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.get() > 0
    }

    /// A batch that has not ended contains it.
    pub(crate) fn begin_write(&self) {
        self.pending.set(self.pending.get() + 1);
    }

    /// A batch with it has ended.
    pub(crate) fn end_write(&self) {
        self.pending.set(self.pending.get() - 1);
    }

    /// Whether it is no longer in memory's map; a new entry takes its place.
    pub(crate) fn is_detached(&self) -> bool {
        self.detached.get() || self.usage.generation.is_gone()
    }

    /// Takes it out of what memory holds.
    pub(crate) fn detach(&self) {
        self.detached.set(true);
        self.usage
            .change(&self.key, &self.slot.borrow(), &Slot::Absent);
    }

    pub(crate) fn is_cold(&self) -> bool {
        matches!(*self.slot.borrow(), Slot::Cold)
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(*self.slot.borrow(), Slot::Absent)
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot.borrow().clone()
    }

    pub(crate) fn put(&self, slot: Slot) -> Slot {
        self.expired.set(None);
        if !self.is_detached() {
            self.usage.change(&self.key, &self.slot.borrow(), &slot);
        }
        self.slot.replace(slot)
    }

    /// Whether there is a record that has not expired.
    pub(crate) fn is_live(&self, now: f64) -> bool {
        matches!(&*self.slot.borrow(), Slot::Present(stored) if !stored.is_expired(now))
    }

    /// What is stored, expired or not.
    pub(crate) fn stored(&self) -> Option<Stored> {
        match self.slot() {
            Slot::Present(stored) => Some(stored),
            Slot::Absent | Slot::Cold => None,
        }
    }

    /// When the record was last updated, if there is one.
    pub(crate) fn updated_at(&self) -> Option<f64> {
        match &*self.slot.borrow() {
            Slot::Present(stored) => Some(stored.updated_at),
            Slot::Absent | Slot::Cold => None,
        }
    }

    /// Whether there is a record that is due to be removed.
    pub(crate) fn has_expired(&self, now: f64) -> bool {
        matches!(&*self.slot.borrow(), Slot::Present(stored) if stored.is_expired(now))
    }

    /// Whether there is a record that will expire or has expired.
    pub(crate) fn expires(&self) -> bool {
        matches!(&*self.slot.borrow(), Slot::Present(stored) if stored.expires_at.is_some())
    }

    /// When the record that is there was created, if it has not expired.
    pub(crate) fn created_at(&self, now: f64) -> CreationTime {
        match &*self.slot.borrow() {
            Slot::Cold => CreationTime::Unknown,
            Slot::Present(stored) if !stored.is_expired(now) => match stored.created_at {
                Some(at) => CreationTime::At(at),
                None => CreationTime::Unknown,
            },
            _ => CreationTime::Never,
        }
    }

    /// The version of what is stored; none when there is nothing.
    ///
    /// # Errors
    /// None, when only the backend knows.
    pub(crate) fn version(&self) -> Result<Option<Rc<str>>, ()> {
        match &*self.slot.borrow() {
            Slot::Absent => Ok(None),
            Slot::Present(Stored {
                version: Some(version),
                ..
            }) => Ok(Some(version.clone())),
            Slot::Cold | Slot::Present(_) => Err(()),
        }
    }

    /// Whether this is what is here. Then its version is known, and where it belongs among what is heard.
    pub(crate) fn confirm(&self, told: Option<&Record>) -> bool {
        let is_same = match (self.stored(), told) {
            (Some(stored), Some(told)) => match (&stored.version, &told.version) {
                (Some(one), Some(other)) => one == other,
                _ => {
                    stored.updated_at == told.updated_at
                        && stored.record(&self.key).is_ok_and(|here| here == *told)
                }
            },
            (None, None) => !self.is_cold(),
            _ => false,
        };
        if is_same {
            if let Slot::Present(stored) = &mut *self.slot.borrow_mut() {
                stored.version = told.and_then(|told| told.version.clone());
            }
            self.is_ahead.set(false);
        }
        is_same
    }

    /// Fills in what the backend knew of the time of creation.
    pub(crate) fn learn_created_at(&self, at: f64) {
        if let Slot::Present(stored) = &mut *self.slot.borrow_mut() {
            stored.created_at.get_or_insert(at);
        }
    }

    /// What is stored, unless it has expired.
    pub(crate) fn body(&self, now: f64) -> Option<Body> {
        match &*self.slot.borrow() {
            Slot::Present(stored) if !stored.is_expired(now) => Some(stored.body.clone()),
            _ => None,
        }
    }

    /// The bytes that count for whoever stored it, unless it has expired.
    pub(crate) fn charge(&self, now: f64) -> Option<usize> {
        match &*self.slot.borrow() {
            Slot::Present(stored) if !stored.is_expired(now) => Some(stored.charge()),
            _ => None,
        }
    }

    /// The record, expired or not.
    ///
    /// # Errors
    /// Those of writing a value as JSON.
    pub(crate) fn record(&self) -> Result<Option<Record>, Error> {
        self.stored()
            .map(|stored| stored.record(&self.key))
            .transpose()
    }

    /// The value of this text, if that is stored and has been parsed.
    pub(crate) fn parsed(&self, of: &Rc<str>) -> Option<Rc<Value>> {
        match &*self.slot.borrow() {
            Slot::Present(Stored {
                body: Body::Text(text, value),
                ..
            }) if Rc::ptr_eq(text, of) => value.clone(),
            _ => None,
        }
    }

    /// Keeps the value alongside its text; false when that is no longer what is stored, or has one.
    pub(crate) fn keep_value(&self, of: &Rc<str>, value: &Rc<Value>) -> bool {
        let mut slot = self.slot.borrow_mut();
        let Slot::Present(Stored {
            body: Body::Text(text, kept @ None),
            ..
        }) = &mut *slot
        else {
            return false;
        };
        let is_same = Rc::ptr_eq(text, of);
        if is_same {
            *kept = Some(value.clone());
        }
        is_same
    }

    /// Forgets a value that is kept alongside its text.
    pub(crate) fn forget_value(&self) {
        if let Slot::Present(Stored {
            body: Body::Text(_, kept),
            ..
        }) = &mut *self.slot.borrow_mut()
        {
            *kept = None;
        }
    }
}

/// The time when a record was created.
pub(crate) enum CreationTime {
    /// Then, in milliseconds since the epoch.
    At(f64),
    /// There is no record.
    Never,
    /// Only the backend knows.
    Unknown,
}
