//! Built-in backends that the page uses by itself.

use crate::line::Line;
use crate::storage::Backend;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The backends by handle.
#[derive(Default)]
pub(in crate::session) struct Backends {
    pub(in crate::session) by_handle: RefCell<HashMap<u32, Handle>>,
}

/// A backend, and the calls to it whose parts are being joined: those after them wait.
#[derive(Clone)]
pub(in crate::session) struct Handle {
    pub(in crate::session) backend: Rc<dyn Backend>,
    pub(in crate::session) joining: Rc<Line>,
}

impl Backends {
    pub(in crate::session) async fn close_all(&self) {
        let backends = self.by_handle.take();
        for handle in backends.into_values() {
            // The session ends in any case.
            let _ = handle.backend.close().await;
        }
    }
}
