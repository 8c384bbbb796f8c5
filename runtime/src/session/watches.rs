//! Watches of the page.

use super::Session;
use crate::json;
use crate::platform::Platform;
use crate::protocol::{Answer, Error, Event};
use crate::state::{Change, Watch};
use futures::future::{AbortHandle, abortable};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;

/// How many changes the page is told of in a frame of its own, so that it has time for more. What comes
/// meanwhile waits, as far as a watch lets it.
const MOST_IN_FRAME: u32 = 512;
const FRAME_MS: u32 = 16;
/// How many bytes of values the page is told of in a millisecond, for each watch.
const BYTES_IN_MS: usize = 16 * 1024;

/// The watches of the page.
#[derive(Default)]
pub(super) struct Watches {
    /// By the id of their request.
    by_id: RefCell<HashMap<u32, AbortHandle>>,
    /// When the frame began, and of how many changes the page was told in it.
    frame: Cell<f64>,
    told: Cell<u32>,
}

impl Watches {
    pub(super) fn end_all(&self) {
        for (_, watch) in self.by_id.take() {
            watch.abort();
        }
    }

    /// Waits until the page may be told of one more change.
    async fn room(&self, platform: &dyn Platform) {
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

impl Session {
    pub(super) fn watch(&self, id: u32, script: &str, key: &str) {
        let answer = match self.start_watch(id, script, key) {
            Ok(()) => Answer::Done,
            Err(error) => Answer::Error(error),
        };
        self.answer(id, answer);
    }

    pub(super) fn unwatch(&self, watch: u32) {
        if let Some(handle) = self.inner.watches.by_id.borrow_mut().remove(&watch) {
            handle.abort();
        }
    }

    fn start_watch(&self, id: u32, script: &str, key: &str) -> Result<(), Error> {
        let watch = self.access(script)?.watch(key)?;
        let (telling, handle) = abortable(tell(self.clone(), id, watch));
        if self.inner.watches.by_id.borrow().contains_key(&id) {
            return Err(Error::protocol(format!("watch {id} is under way already")));
        }
        self.inner.watches.by_id.borrow_mut().insert(id, handle);
        self.inner.platform.spawn(Box::pin(async move {
            // It is aborted, or goes with the session.
            let _ = telling.await;
        }));
        Ok(())
    }
}

async fn tell(session: Session, id: u32, watch: Watch) {
    loop {
        poll_fn(|context| watch.poll_ready(context)).await;
        let inner = &session.inner;
        inner.watches.room(&*inner.platform).await;
        // The latest, should more have come meanwhile than can wait.
        let Change { key, value } = watch.next().await;
        // What State holds was checked when it came in: it has a text.
        let value = value.and_then(|value| json::write(&value).ok());
        let pause = value.as_ref().map_or(0, String::len) / BYTES_IN_MS;
        inner.platform.send(Event::StateChanged {
            watch: id,
            key: key.to_string(),
            value,
        });
        if pause > 0 {
            let pause = u32::try_from(pause).unwrap_or(u32::MAX);
            inner.platform.sleep(pause).await;
        }
    }
}
