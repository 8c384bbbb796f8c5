//! One key's part of a batch.

use crate::protocol::Error;
use crate::state::cache::{Entry, Stored};
use std::rc::Rc;

/// The write of one key, as it was when it was last changed.
pub(super) struct Write {
    pub(super) entry: Rc<Entry>,
    stamp: u64,
    pub(super) stored: Option<Stored>,
    pub(super) expired: Option<f64>,
    /// The receipt of whoever changed it last; 0 for nobody's.
    pub(super) writer: u32,
    /// Why it was not stored.
    pub(super) failure: Option<Rc<Error>>,
}

impl Write {
    /// The write of what `entry` is now.
    pub(super) fn of(entry: Rc<Entry>) -> Self {
        Self {
            stamp: entry.stamp.get(),
            stored: entry.stored(),
            expired: entry.expired.get(),
            writer: 0,
            failure: None,
            entry,
        }
    }

    /// It has changed once more.
    pub(super) fn renew(&mut self) {
        self.stamp = self.entry.stamp.get();
        self.stored = self.entry.stored();
        self.expired = self.entry.expired.get();
    }

    /// Whether it is the last that was done to its key.
    pub(super) fn is_last(&self) -> bool {
        self.entry.stamp.get() == self.stamp && !self.entry.is_detached()
    }
}
