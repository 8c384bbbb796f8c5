//! Watches of the page.

use super::Session;
use crate::json;
use crate::protocol::{Answer, Error, Event};
use crate::state::{Change, Watch};
use futures::future::abortable;
use std::future::poll_fn;

/// How many bytes of values the page is notified of in a millisecond, for each watch.
const BYTES_IN_MS: usize = 16 * 1024;

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
            return Err(Error::protocol(format!(
                "watch {id} is already in progress"
            )));
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
