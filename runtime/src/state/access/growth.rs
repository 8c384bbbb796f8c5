//! The memory that an access makes State grow by.

use crate::ledger::{Held, Ledger, exceeded};
use crate::protocol::Error;
use std::cell::Cell;
use std::rc::Rc;

/// The bytes that an access has made memory hold more: they count for its run. What it removes of
/// others' counts for it too, so the sum may be negative.
pub(super) struct Growth {
    bytes: Cell<f64>,
    held: Held,
}

impl Growth {
    pub(super) fn new(ledger: Rc<Ledger>) -> Self {
        Self {
            bytes: Cell::new(0.0),
            held: Held::new(ledger),
        }
    }

    pub(super) fn ledger(&self) -> &Rc<Ledger> {
        self.held.ledger()
    }

    /// So many bytes more are about to be there, or less.
    ///
    /// # Errors
    /// [`exceeded`] when the run has no room; nothing has changed then.
    pub(super) fn add(&self, bytes: f64) -> Result<(), Error> {
        match self.set(self.bytes.get() + bytes) {
            true => Ok(()),
            false => Err(exceeded()),
        }
    }

    /// There are no more than this: some may have expired, or others have removed them.
    pub(super) fn at_most(&self, most: f64) {
        if self.bytes.get() > most {
            // It has room for less.
            let _ = self.set(most);
        }
    }

    /// So many of the bytes are gone.
    pub(super) fn less(&self, bytes: f64) {
        // It has room for less.
        let _ = self.set(self.bytes.get() - bytes);
    }

    fn set(&self, bytes: f64) -> bool {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it saturates"
        )]
        let (wanted, held) = (bytes.max(0.0) as usize, self.held.bytes());
        if wanted > held && !self.held.more(wanted - held) {
            return false;
        }
        self.held.less(held.saturating_sub(wanted));
        self.bytes.set(bytes);
        true
    }
}
