//! The meter: JSON's work and memory, announced before they are spent.

use crate::protocol::{Error, ErrorKind};
use std::cell::Cell;

/// Is notified of work as it is done, and of memory before it is taken. Its error ends the work.
pub trait Meter {
    /// Work of so many units, each of about ten nanoseconds.
    ///
    /// # Errors
    /// Why the work is to end.
    fn work(&self, units: usize) -> Result<(), Error>;

    /// So many bytes are about to be taken.
    ///
    /// # Errors
    /// Why there are none.
    fn take(&self, bytes: usize) -> Result<(), Error>;

    /// So many of the bytes are free again.
    fn give(&self, bytes: usize);
}

/// Takes everything.
pub struct Unmetered;

impl Meter for Unmetered {
    fn work(&self, _: usize) -> Result<(), Error> {
        Ok(())
    }

    fn take(&self, _: usize) -> Result<(), Error> {
        Ok(())
    }

    fn give(&self, _: usize) {}
}

/// Takes so many bytes, whatever the work.
pub struct AtMost(Cell<usize>);

impl AtMost {
    /// Takes no more than this.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self(Cell::new(bytes))
    }
}

impl Meter for AtMost {
    fn work(&self, _: usize) -> Result<(), Error> {
        Ok(())
    }

    fn take(&self, bytes: usize) -> Result<(), Error> {
        let Some(left) = self.0.get().checked_sub(bytes) else {
            let path = "value".into();
            return Err(Error::new(ErrorKind::Value { path }, "it is too large"));
        };
        self.0.set(left);
        Ok(())
    }

    fn give(&self, bytes: usize) {
        self.0.set(self.0.get() + bytes);
    }
}
