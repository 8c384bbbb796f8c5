//! Watches of the page.

use super::Session;
use crate::json;
use crate::protocol::{Answer, Error, Event};
use crate::state::{Change, Watch};
use futures::future::{AbortHandle, abortable};
use std::cell::RefCell;
use std::collections::HashMap;

/// The watches by the id of their request.
#[derive(Default)]
pub(super) struct Watches(RefCell<HashMap<u32, AbortHandle>>);

impl Watches {
    pub(super) fn end_all(&self) {
        for (_, watch) in self.0.take() {
            watch.abort();
        }
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
        if let Some(handle) = self.inner.watches.0.borrow_mut().remove(&watch) {
            handle.abort();
        }
    }

    fn start_watch(&self, id: u32, script: &str, key: &str) -> Result<(), Error> {
        let watch = self.access(script)?.watch(key)?;
        let (telling, handle) = abortable(tell(self.clone(), id, watch));
        if self.inner.watches.0.borrow().contains_key(&id) {
            return Err(Error::protocol(format!("watch {id} is under way already")));
        }
        self.inner.watches.0.borrow_mut().insert(id, handle);
        self.inner.platform.spawn(Box::pin(async move {
            // It is aborted, or goes with the session.
            let _ = telling.await;
        }));
        Ok(())
    }
}

async fn tell(session: Session, id: u32, watch: Watch) {
    loop {
        let Change { key, value } = watch.next().await;
        // What State holds was checked when it came in: it has a text.
        let value = value.and_then(|value| json::write(&value).ok());
        session.inner.platform.send(Event::StateChanged {
            watch: id,
            key: key.to_string(),
            value,
        });
    }
}
