//! Watches of the page.

use crate::platform::Platform;
use futures::future::AbortHandle;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// How many changes the page is notified of in a frame of its own, so that it has time for more. What comes
/// meanwhile waits, as far as a watch lets it.
const MOST_IN_FRAME: u32 = 512;
const FRAME_MS: u32 = 16;
/// The watches of the page.
#[derive(Default)]
pub(in crate::session) struct Watches {
    /// By the id of their request.
    pub(in crate::session) by_id: RefCell<HashMap<u32, AbortHandle>>,
    /// When the frame began, and of how many changes the page was told in it.
    frame: Cell<f64>,
    told: Cell<u32>,
}

impl Watches {
    pub(in crate::session) fn end_all(&self) {
        for (_, watch) in self.by_id.take() {
            watch.abort();
        }
    }

    /// Waits until the page may be told of one more change.
    pub(in crate::session) async fn room(&self, platform: &dyn Platform) {
        while self.told.get() == MOST_IN_FRAME {
            let since = platform.monotonic_ms() - self.frame.get();
            if since >= f64::from(FRAME_MS) {
                self.told.set(0);
            } else {
                platform.sleep(FRAME_MS).await;
            }
        }
        if self.told.get() == 0 {
            self.frame.set(platform.monotonic_ms());
        }
        self.told.set(self.told.get() + 1);
    }
}
