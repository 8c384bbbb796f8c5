//! Built-in backends that the page uses by itself, by handle.

use super::Session;
use crate::protocol::{Answer, BackendChoice, BackendOp, Error};
use crate::storage::{Backend, serve_call};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The backends by handle.
#[derive(Default)]
pub(super) struct Backends {
    by_handle: RefCell<HashMap<u32, Rc<dyn Backend>>>,
}

impl Backends {
    pub(super) async fn close_all(&self) {
        let backends = self.by_handle.take();
        for backend in backends.into_values() {
            // The session ends in any case.
            let _ = backend.close().await;
        }
    }
}

impl Session {
    pub(super) fn backend_open(&self, id: u32, handle: u32, choice: &BackendChoice) {
        let made = match self.inner.backends.by_handle.borrow().contains_key(&handle) {
            true => Err(Error::protocol(format!(
                "backend handle {handle} is in use already"
            ))),
            false => self.built_in(choice),
        };
        let answer = match made {
            Ok(backend) => {
                self.inner
                    .backends
                    .by_handle
                    .borrow_mut()
                    .insert(handle, backend);
                Answer::Done
            }
            Err(error) => Answer::Error(error),
        };
        self.answer(id, answer);
    }

    pub(super) fn backend_call(&self, id: u32, handle: u32, op: BackendOp) {
        let Some(backend) = self.inner.backends.by_handle.borrow().get(&handle).cloned() else {
            let error = Error::protocol(format!(
                "there is no backend with handle {handle}; it was closed or never made"
            ));
            return self.answer(id, Answer::Error(error));
        };
        self.answer_later(
            id,
            Box::pin(async move { serve_call(&*backend, op).await.map(Answer::Backend) }),
        );
    }

    pub(super) fn backend_close(&self, handle: u32) {
        if let Some(backend) = self.inner.backends.by_handle.borrow_mut().remove(&handle) {
            self.inner.platform.spawn(Box::pin(async move {
                // Nobody waits for this.
                let _ = backend.close().await;
            }));
        }
    }
}
