use super::holding::Holding;
use super::record_key::RecordKey;
use crate::json;
use crate::ledger::block;
use crate::protocol::{Error, Record, Value};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// One key in memory, shared by all who use it.
pub(crate) struct Entry {
    pub(crate) key: RecordKey,
    slot: RefCell<Slot>,
    pub(crate) holding: Rc<Holding>,
    /// The last batch that it was written in, and its place there.
    pub(crate) written: Cell<(u64, u32)>,
    /// How many batches that have not ended it is in.
    pub(crate) pending: Cell<u8>,
    /// When it was last changed, in the store's own count. What was asked of the backend
    /// before that is out of date.
    pub(crate) stamp: Cell<u64>,
    /// It is absent because its record has expired, at this time.
    pub(crate) expired: Cell<Option<f64>>,
    detached: Cell<bool>,
}

/// What memory knows of a key.
#[derive(Clone)]
pub(crate) enum Slot {
    /// Nothing.
    Cold,
    /// There is no record.
    Absent,
    /// There is this record.
    Present(Stored),
}

/// A record without its key.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) body: Body,
    /// Absent while only the backend knows, because the key was written without being read.
    pub(crate) created_at: Option<f64>,
    pub(crate) updated_at: f64,
    pub(crate) expires_at: Option<f64>,
    /// The bytes of the value's JSON text.
    pub(crate) length: usize,
    /// The bytes that it takes in memory, but for what was parsed.
    pub(crate) weight: usize,
}

/// A stored value.
#[derive(Clone)]
pub(crate) enum Body {
    /// Its text; and its value when that was parsed, for as long as there is room for such.
    Text(Rc<str>, Option<Rc<Value>>),
    /// As it was set, while it is small.
    Value(Rc<Value>),
}

impl Body {
    /// Without what was parsed.
    pub(crate) fn unparsed(self) -> Self {
        match self {
            Self::Text(text, _) => Self::Text(text, None),
            body => body,
        }
    }

    /// Whether both are surely the same value.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one, _), Self::Text(other, _)) => Rc::ptr_eq(one, other) || one == other,
            (Self::Value(one), Self::Value(other)) => Rc::ptr_eq(one, other) || one == other,
            _ => false,
        }
    }
}

impl Stored {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            length: record.value.len(),
            weight: block(record.value.len()),
            body: Body::Text(record.value.as_str().into(), None),
            created_at: Some(record.created_at),
            // A clock may have been set back.
            updated_at: record.updated_at.max(record.created_at),
            expires_at: record.expires_at,
        }
    }

    /// The bytes that count for who stored it: in memory, or as text when it is written out.
    pub(crate) fn charge(&self) -> usize {
        self.length.max(self.weight)
    }

    pub(crate) fn is_expired(&self, now: f64) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// The record. What has no time of creation was created when it was updated.
    pub(crate) fn record(&self, key: &RecordKey) -> Result<Record, Error> {
        let value = match &self.body {
            Body::Text(text, _) => text.to_string(),
            Body::Value(value) => json::write(value)?,
        };
        Ok(Record {
            key: key.as_str().to_owned(),
            value,
            created_at: self.created_at.unwrap_or(self.updated_at),
            updated_at: self.updated_at,
            expires_at: self.expires_at,
        })
    }
}

impl Entry {
    pub(crate) fn new(key: RecordKey, slot: Slot, holding: Rc<Holding>) -> Self {
        Self {
            key,
            slot: RefCell::new(slot),
            holding,
            written: Cell::new((0, 0)),
            pending: Cell::new(0),
            stamp: Cell::new(0),
            expired: Cell::new(None),
            detached: Cell::new(false),
        }
    }

    /// Whether the backend does not have it as it is here.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.get() > 0
    }

    /// Whether it is no longer in memory's map; a new entry takes its place.
    pub(crate) fn is_detached(&self) -> bool {
        self.detached.get() || self.holding.generation.gone.get()
    }

    /// Takes it out of what memory holds.
    pub(crate) fn detach(&self) {
        self.detached.set(true);
        self.holding
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
            self.holding.change(&self.key, &self.slot.borrow(), &slot);
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
    pub(crate) fn created_at(&self, now: f64) -> Created {
        match &*self.slot.borrow() {
            Slot::Cold => Created::Unknown,
            Slot::Present(stored) if !stored.is_expired(now) => match stored.created_at {
                Some(at) => Created::At(at),
                None => Created::Unknown,
            },
            _ => Created::Never,
        }
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

    /// What counts for who stored it, unless it has expired.
    pub(crate) fn charge(&self, now: f64) -> Option<usize> {
        match &*self.slot.borrow() {
            Slot::Present(stored) if !stored.is_expired(now) => Some(stored.charge()),
            _ => None,
        }
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

    /// Keeps the value beside its text; false when that is no longer what is stored, or has one.
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

    /// Forgets a value that is there beside its text.
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

/// When a record was created.
pub(crate) enum Created {
    /// Then, in milliseconds since the epoch.
    At(f64),
    /// There is no record.
    Never,
    /// Only the backend knows.
    Unknown,
}
