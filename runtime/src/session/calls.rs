//! Calls to the host, and their answers.

use super::ongoing::untold_registrations::UntoldRegistrations;
use super::parts::{BETWEEN_MS, cut, join};
use crate::line::Line;
use crate::pace::Pace;
use crate::platform::Platform;
use crate::protocol::limits::CALL_MS;
use crate::protocol::{Event, HostAnswer, HostCall, HostError, Part};
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// How often it is counted: one timer for all calls costs less than one for each.
const TICK_MS: u32 = 500;

/// The calls that await an answer.
pub(super) struct Calls {
    platform: Rc<dyn Platform>,
    news: Rc<UntoldRegistrations>,
    next: Cell<u32>,
    pending: RefCell<HashMap<u32, Asked>>,
    ticking: Cell<bool>,
    /// What is stored is sent in the order in which it was asked for, however long a part of it takes.
    storing: Rc<Line>,
}

/// A call that awaits its answer.
struct Asked {
    answer: oneshot::Sender<(HostAnswer, Vec<Part>)>,
    /// What of the answer has come.
    parts: Vec<Part>,
    ticks_left: u32,
}

impl Asked {
    /// It has its whole time again.
    fn begin(&mut self) {
        // The first one is in progress.
        self.ticks_left = CALL_MS / TICK_MS + 1;
    }
}

impl Calls {
    pub(super) fn new(platform: Rc<dyn Platform>, news: Rc<UntoldRegistrations>) -> Self {
        Self {
            platform,
            news,
            next: Cell::new(0),
            pending: RefCell::default(),
            ticking: Cell::new(false),
            storing: Rc::default(),
        }
    }

    /// Asks the host. The call is sent when the answer is first polled; an answer of which nothing comes
    /// for so long is an error with the name `TimeoutError`.
    pub(super) fn call(self: &Rc<Self>, mut call: HostCall) -> LocalBoxFuture<'static, HostAnswer> {
        let calls = self.clone();
        let place = matches!(call, HostCall::Backend(_) | HostCall::LocalStorage { .. })
            .then(|| self.storing.enter());
        Box::pin(async move {
            let id = calls.next.get();
            calls.next.set(id.wrapping_add(1));
            let (sender, answer) = oneshot::channel();
            let mut asked = Asked {
                answer: sender,
                parts: Vec::new(),
                ticks_left: 0,
            };
            asked.begin();
            calls.pending.borrow_mut().insert(id, asked);
            // Forgets the call in any case, also when the wait for it is given up.
            let _forget = Forget { calls: &calls, id };
            calls.tick();
            let inside = match place {
                Some(place) => Some(place.await),
                None => None,
            };
            if let Some(parts) = cut(&mut call) {
                for part in parts {
                    calls.platform.send(Event::CallPart { id, part });
                    calls.platform.sleep(BETWEEN_MS).await;
                }
            }
            // Nobody does what was given up meanwhile.
            if calls.begin(id) {
                calls.news.tell();
                calls.platform.send(Event::Call { id, call });
            }
            drop(inside);
            let Ok((mut whole, parts)) = answer.await else {
                return failure("AbortError", "the session has ended".into());
            };
            join(&mut whole, parts, &Pace::new(calls.platform.clone())).await;
            whole
        })
    }

    /// The call's time begins now. False when it has been given up.
    fn begin(&self, id: u32) -> bool {
        let mut pending = self.pending.borrow_mut();
        pending.get_mut(&id).map(Asked::begin).is_some()
    }

    /// Lets time pass for as long as there are calls.
    fn tick(self: &Rc<Self>) {
        if self.ticking.replace(true) {
            return;
        }
        let calls = self.clone();
        self.platform.spawn(Box::pin(async move {
            while calls.ticking.get() {
                calls.platform.sleep(TICK_MS).await;
                calls.count_tick();
            }
        }));
    }

    fn count_tick(&self) {
        let over: Vec<_> = self
            .pending
            .borrow_mut()
            .extract_if(|_, asked| {
                asked.ticks_left -= 1;
                asked.ticks_left == 0
            })
            .collect();
        for (_, asked) in over {
            let message = format!("no answer within {CALL_MS} ms");
            let _ = asked
                .answer
                .send((failure("TimeoutError", message), Vec::new()));
        }
        // What is asked meanwhile finds it still ticking.
        self.ticking.set(!self.pending.borrow().is_empty());
    }

    /// Takes the host's answer. One that nobody waits for (any more) is dropped.
    pub(super) fn answer(&self, id: u32, answer: HostAnswer) {
        if let Some(asked) = self.pending.borrow_mut().remove(&id) {
            let _ = asked.answer.send((answer, asked.parts));
        }
    }

    /// Takes a part of the host's answer.
    pub(super) fn answer_part(&self, id: u32, part: Part) {
        if let Some(asked) = self.pending.borrow_mut().get_mut(&id) {
            asked.parts.push(part);
            asked.begin();
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
