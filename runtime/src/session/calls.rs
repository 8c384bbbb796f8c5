//! Calls to the host, and their answers.

use crate::platform::Platform;
use crate::protocol::{Event, HostAnswer, HostCall, HostError};
use futures::channel::oneshot;
use futures::future::{Either, LocalBoxFuture, select};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// How long a call may take.
const LIMIT_MS: u32 = 30_000;

/// The calls that await an answer.
pub(super) struct Calls {
    platform: Rc<dyn Platform>,
    next: Cell<u32>,
    pending: RefCell<HashMap<u32, oneshot::Sender<HostAnswer>>>,
}

impl Calls {
    pub(super) fn new(platform: Rc<dyn Platform>) -> Self {
        Self {
            platform,
            next: Cell::new(0),
            pending: RefCell::default(),
        }
    }

    /// Asks the host. The call is sent when the answer is first polled; an answer that does not
    /// come in time is an error with the name `TimeoutError`.
    pub(super) fn call(self: &Rc<Self>, call: HostCall) -> LocalBoxFuture<'static, HostAnswer> {
        let calls = self.clone();
        Box::pin(async move {
            let id = calls.next.get();
            calls.next.set(id.wrapping_add(1));
            let (sender, answer) = oneshot::channel();
            calls.pending.borrow_mut().insert(id, sender);
            // Forgets the call in any case, also when the wait for it is given up.
            let _forget = Forget { calls: &calls, id };
            calls.platform.send(Event::Call { id, call });
            match select(answer, calls.platform.sleep(LIMIT_MS)).await {
                Either::Left((Ok(answer), _)) => answer,
                Either::Left((Err(_), _)) => failure("AbortError", "the session has ended".into()),
                Either::Right(_) => {
                    failure("TimeoutError", format!("no answer within {LIMIT_MS} ms"))
                }
            }
        })
    }

    /// Takes the host's answer. One that nobody waits for (any more) is dropped.
    pub(super) fn answer(&self, id: u32, answer: HostAnswer) {
        if let Some(sender) = self.pending.borrow_mut().remove(&id) {
            let _ = sender.send(answer);
        }
    }

    /// Gives up every call.
    pub(super) fn abandon(&self) {
        self.pending.borrow_mut().clear();
    }
}

struct Forget<'a> {
    calls: &'a Calls,
    id: u32,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.calls.pending.borrow_mut().remove(&self.id);
    }
}

fn failure(name: &str, message: String) -> HostAnswer {
    HostAnswer::Error(HostError {
        name: name.into(),
        message,
    })
}
