//! The watches that a run has on State.

use crate::state::{Item, Watch};
use mlua::ffi;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

/// The watches of a run, and their callbacks.
#[derive(Clone, Default)]
pub(in crate::sandbox) struct Callbacks {
    pub(in crate::sandbox) watches: Rc<RefCell<Vec<(ffi::lua_Integer, Watch)>>>,
    pub(in crate::sandbox) next: Rc<Cell<ffi::lua_Integer>>,
}

impl Callbacks {
    pub(in crate::sandbox) fn is_empty(&self) -> bool {
        self.watches.borrow().is_empty()
    }

    /// The number of the next callback, and the key and the value that have changed, if one has come.
    pub(in crate::sandbox) fn take(&self) -> Option<(ffi::lua_Integer, Rc<str>, Option<Item>)> {
        self.watches.borrow().iter().find_map(|(number, watch)| {
            let (key, item) = watch.try_next_item()?;
            Some((*number, key, item))
        })
    }

    /// Completes when a change has come.
    pub(in crate::sandbox) async fn changed(&self) {
        poll_fn(|context| {
            let ready = self
                .watches
                .borrow()
                .iter()
                .any(|(_, watch)| watch.poll_ready(context).is_ready());
            if ready {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
