//! The text that is being written.

use super::Meter;
use crate::ledger::block;
use crate::protocol::Error;

/// A text that grows, each block of it told before it is taken.
pub(super) struct Text<'a> {
    text: String,
    meter: &'a dyn Meter,
}

impl<'a> Text<'a> {
    pub(super) fn new(meter: &'a dyn Meter) -> Self {
        Self {
            text: String::new(),
            meter,
        }
    }

    pub(super) fn push(&mut self, part: &str) -> Result<(), Error> {
        self.make_room(part.len())?;
        self.text.push_str(part);
        Ok(())
    }

    /// Has room for so many bytes more: at first for just these, then twice as much as before.
    pub(super) fn make_room(&mut self, more: usize) -> Result<(), Error> {
        let (length, old) = (self.text.len(), self.text.capacity());
        if old - length >= more {
            return Ok(());
        }
        let needed = length.saturating_add(more);
        let new = needed.max(old.saturating_mul(2));
        self.meter.take(block(new))?;
        self.text.reserve_exact(new - length);
        self.meter.give(block(old));
        Ok(())
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }
}
