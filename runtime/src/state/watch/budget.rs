//! How much may wait for the watchers of one run.

use crate::ledger::{Held, Ledger, exceeded};
use crate::protocol::Error;
use std::cell::Cell;
use std::rc::Rc;

/// The memory that the watchers of one access may take together: it counts for its run.
#[derive(Clone)]
pub(crate) struct WatchBudget(Rc<Sums>);

struct Sums {
    watchers: Cell<usize>,
    /// What the watchers take themselves.
    held: Held,
    /// What waits for them.
    waiting: Held,
}

/// How many changes, and bytes of them, wait for a watcher before an older one of the same key, or else the
/// oldest, gives way: at most, for all of an access together, and at least.
const MOST: usize = 4096;
const MOST_TOGETHER: usize = 16_384;
const LEAST: usize = 16;
const MOST_BYTES: usize = 1 << 20;
const MOST_BYTES_TOGETHER: usize = 1 << 23;
const LEAST_BYTES: usize = 1 << 13;
/// The part of its run's memory that waiting changes may take, which others could fill with it otherwise.
const SHARE: usize = 8;

impl WatchBudget {
    pub(crate) fn new(ledger: Rc<Ledger>) -> Self {
        Self(Rc::new(Sums {
            watchers: Cell::new(0),
            held: Held::new(ledger.clone()),
            waiting: Held::new(ledger),
        }))
    }

    /// Another watcher shares it, which takes so many bytes itself.
    ///
    /// # Errors
    /// [`exceeded`] when the run has no room.
    pub(super) fn join(&self, bytes: usize) -> Result<(), Error> {
        let Self(sums) = self;
        if !sums.held.more(bytes) {
            return Err(exceeded());
        }
        sums.watchers.set(sums.watchers.get() + 1);
        Ok(())
    }

    /// A watcher of so many bytes is gone.
    pub(super) fn leave(&self, bytes: usize) {
        let Self(sums) = self;
        sums.held.less(bytes);
        sums.watchers.set(sums.watchers.get() - 1);
    }

    /// How many changes may wait for one watcher.
    pub(super) fn most_changes(&self) -> usize {
        (MOST_TOGETHER / self.0.watchers.get()).clamp(LEAST, MOST)
    }

    /// How many bytes of changes may wait for one watcher.
    pub(super) fn most_bytes(&self) -> usize {
        (MOST_BYTES_TOGETHER / self.0.watchers.get()).clamp(LEAST_BYTES, MOST_BYTES)
    }

    /// So many bytes are about to wait; false when the run has no room for them.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let waiting = &self.0.waiting;
        let most = waiting.ledger().limit() / SHARE;
        waiting.bytes() + bytes <= most && waiting.more(bytes)
    }

    /// So many of the bytes that were taken wait no longer.
    pub(super) fn give_back(&self, bytes: usize) {
        self.0.waiting.less(bytes);
    }
}
