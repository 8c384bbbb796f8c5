//! Work on many records: others have turns in the middle of it.

use crate::platform::Platform;
use std::cell::Cell;
use std::rc::Rc;

/// How long is worked before others have a turn, in milliseconds.
const SLICE_MS: f64 = 4.0;
/// How many units are worked off between two looks at the clock, and before a turn in any case. A record
/// is one, and each kilobyte of it another.
const LOOK: usize = 32;
const MOST: usize = 512;

/// Says when work has gone on for so long that others are to have a turn.
pub struct Pace {
    platform: Rc<dyn Platform>,
    /// When the slice began; unknown up to the first look, so that short work looks at no clock.
    began: Cell<Option<f64>>,
    /// The units that were worked off since the last look, and since the last turn.
    unseen: Cell<usize>,
    done: Cell<usize>,
}

impl Pace {
    /// The pace of one piece of work, which begins now.
    #[must_use]
    pub fn new(platform: Rc<dyn Platform>) -> Self {
        Self {
            platform,
            began: Cell::new(None),
            unseen: Cell::new(0),
            done: Cell::new(0),
        }
    }

    /// A record of so many bytes is done. True when others are to have a turn before the next.
    pub fn is_due(&self, bytes: usize) -> bool {
        let units = 1 + (bytes >> 10);
        let unseen = self.unseen.get() + units;
        self.unseen.set(unseen);
        unseen >= LOOK && self.look()
    }

    fn look(&self) -> bool {
        let done = self.done.get() + self.unseen.take();
        self.done.set(done);
        let now = self.platform.monotonic_ms();
        match self.began.get() {
            None => self.began.set(Some(now)),
            Some(began) if now - began >= SLICE_MS => return true,
            Some(_) => {}
        }
        done >= MOST
    }

    /// Others have a turn.
    pub async fn turn(&self) {
        self.platform.next_task().await;
        self.began.set(Some(self.platform.monotonic_ms()));
        self.done.set(0);
    }

    /// A record of so many bytes is done: others have a turn if it is due.
    pub async fn after(&self, bytes: usize) {
        if self.is_due(bytes) {
            self.turn().await;
        }
    }
}

/// Drops items, in turns of others' when they are many: to free a million takes long.
pub fn dispose<T: 'static>(
    platform: &Rc<dyn Platform>,
    mut items: impl Iterator<Item = T> + 'static,
) {
    let pace = Pace::new(platform.clone());
    for item in items.by_ref() {
        drop(item);
        if pace.is_due(0) {
            platform.spawn(Box::pin(async move {
                pace.turn().await;
                for item in items {
                    drop(item);
                    pace.after(0).await;
                }
            }));
            return;
        }
    }
}
