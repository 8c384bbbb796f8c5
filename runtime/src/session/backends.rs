//! Built-in backends that the page uses by itself, by handle.

use super::Session;
use super::ongoing::backends::Handle;
use super::parts::join;
use crate::protocol::{Answer, BackendChoice, BackendOp, Error};
use crate::storage::serve_call;
use std::rc::Rc;

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
                self.inner.backends.by_handle.borrow_mut().insert(
                    handle,
                    Handle {
                        backend,
                        joining: Rc::default(),
                    },
                );
                Answer::Done
            }
            Err(error) => Answer::Error(error),
        };
        self.answer(id, answer);
    }

    pub(super) fn backend_call(&self, id: u32, handle: u32, mut op: BackendOp) {
        let parts = self.inner.parts.take(id);
        let found = self.inner.backends.by_handle.borrow().get(&handle).cloned();
        let Some(Handle { backend, joining }) = found else {
            let error = Error::protocol(format!(
                "there is no backend with handle {handle}; it was closed or never made"
            ));
            return self.answer(id, Answer::Error(error));
        };
        if parts.is_empty() && !joining.is_taken() {
            let answer = serve_call(&*backend, op);
            return self.answer_later(
                id,
                Box::pin(async move { answer.await.map(Answer::Backend) }),
            );
        }
        let (place, pace) = (joining.enter(), self.pace());
        self.answer_later(
            id,
            Box::pin(async move {
                let inside = place.await;
                join(&mut op, parts, &pace).await;
                let answer = serve_call(&*backend, op);
                drop(inside);
                answer.await.map(Answer::Backend)
            }),
        );
    }

    pub(super) fn backend_close(&self, handle: u32) {
        let closed = self.inner.backends.by_handle.borrow_mut().remove(&handle);
        if let Some(Handle { backend, joining }) = closed {
            let place = joining.enter();
            self.inner.platform.spawn(Box::pin(async move {
                place.await;
                // Nobody waits for this.
                let _ = backend.close().await;
            }));
        }
    }
}
