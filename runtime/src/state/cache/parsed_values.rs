//! Values that were parsed, kept alongside their texts.

use super::entry::Entry;
use crate::ledger::weigh;
use crate::protocol::Value;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The values that were parsed: so many of them that reading does not fill the memory.
#[derive(Default)]
pub(super) struct ParsedValues {
    entries: RefCell<Vec<Weak<Entry>>>,
    bytes: Cell<usize>,
}

/// The most that they may take in all, in bytes, before all are forgotten; and a single one.
const MOST_TOGETHER: usize = 32 * 1024 * 1024;
const MOST: usize = 8 * 1024 * 1024;
/// The memory of an entry that may be there for their sake alone, in bytes.
const ENTRY_BYTES: usize = 256;

impl ParsedValues {
    /// Keeps the value of `text`, if that is what `entry` holds.
    pub(super) fn keep(&self, entry: &Rc<Entry>, text: &Rc<str>, value: &Rc<Value>) {
        let weight = weigh(value) + ENTRY_BYTES;
        if weight > MOST || !entry.keep_value(text, value) {
            return;
        }
        if self.bytes.get() + weight > MOST_TOGETHER {
            self.bytes.set(0);
            for entry in self.entries.take().iter().filter_map(Weak::upgrade) {
                entry.forget_value();
            }
            entry.keep_value(text, value);
        }
        self.bytes.set(self.bytes.get() + weight);
        self.entries.borrow_mut().push(Rc::downgrade(entry));
    }
}
