//! Built-in backends that the page uses by itself, by handle.

use super::Session;
use super::parts::join;
use crate::line::Line;
use crate::protocol::{Answer, BackendChoice, BackendOp, Error};
use crate::storage::{Backend, serve_call};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The backends by handle.
#[derive(Default)]
pub(super) struct Backends {
    by_handle: RefCell<HashMap<u32, Handle>>,
}

/// A backend, and the calls to it whose parts are being joined: those after them wait.
#[derive(Clone)]
struct Handle {
    backend: Rc<dyn Backend>,
    joining: Rc<Line>,
}

impl Backends {
    pub(super) async fn close_all(&self) {
        let backends = self.by_handle.take();
        for handle in backends.into_values() {
            // The session ends in any case.
            let _ = handle.backend.close().await;
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
