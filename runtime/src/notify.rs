//! Tasks that wait until something has changed.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Wakes the tasks that wait for a condition.
#[derive(Default)]
pub(crate) struct Notify(RefCell<Vec<Waker>>);

impl Notify {
    /// Waits until `met`; who changes the condition calls [`Notify::wake`].
    pub(crate) async fn wait_until(&self, met: impl Fn() -> bool) {
        poll_fn(|context| {
            if met() {
                return Poll::Ready(());
            }
            let mut wakers = self.0.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    pub(crate) fn wake(&self) {
        self.0.take().into_iter().for_each(Waker::wake);
    }
}
