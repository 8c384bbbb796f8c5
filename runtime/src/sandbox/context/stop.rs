//! The latch that ends a run: cancel, timeouts and limits.

use crate::protocol::{Error, ErrorKind};
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Ends a run for one reason, once and for all. It lives outside the Lua state, so that it
/// can be set while the run is suspended; the run sees it at its next safepoint or when
/// its wait ends.
#[derive(Default)]
pub struct Stop {
    set: Cell<bool>,
    reason: RefCell<Option<Error>>,
    waiting: RefCell<Option<Waker>>,
}

impl Stop {
    /// Ends the run; the first reason holds.
    pub fn set(&self, reason: Error) {
        if self.set.replace(true) {
            return;
        }
        *self.reason.borrow_mut() = Some(reason);
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }

    /// Whether the run is to end.
    pub fn is_set(&self) -> bool {
        self.set.get()
    }

    /// Why the run is to end, if it is.
    pub fn reason(&self) -> Option<Error> {
        self.reason.borrow().clone()
    }

    /// Whether the script has ended itself: then nothing stops the run any more, and this is how it
    /// ended.
    pub(in crate::sandbox) fn take_exit(&self) -> Option<Result<(), Error>> {
        let is_exit = |reason: &mut Error| matches!(*reason.kind, ErrorKind::Exit { .. });
        let exit = self.reason.borrow_mut().take_if(is_exit)?;
        self.set.set(false);
        Some(match *exit.kind {
            ErrorKind::Exit { code: 0 } => Ok(()),
            _ => Err(exit),
        })
    }

    /// Completes when the run is to end. A run waits in one place at a time, so one waker does.
    pub(crate) fn wait(self: &Rc<Self>) -> impl Future<Output = ()> + use<> {
        let stop = self.clone();
        poll_fn(move |cx| {
            if stop.is_set() {
                return Poll::Ready(());
            }
            *stop.waiting.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        })
    }
}
