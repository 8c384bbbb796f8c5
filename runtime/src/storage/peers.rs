//! The other workers of the origin that keep the records of one place in memory.

use super::changes::{Changes, Heard, Listeners, Receipt};
use crate::notify::Notify;
use crate::platform::{Channel, Platform};
use futures::future::{Either, LocalBoxFuture, select};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, OnceCell, RefCell};
use std::pin::pin;
use std::rc::Rc;

/// How long others have to say that they are there.
const GREETING_MS: f64 = 50.0;

/// How long one is waited for that says nothing: its tab may be frozen, or gone.
const PATIENCE_MS: u32 = 1000;

/// A message from worker to worker.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Message {
    /// This was written.
    Changed(Changes),
    /// This worker is here; the others are to say so too, if `asks`.
    Here { from: u64, asks: bool },
    /// This worker is gone.
    Gone { from: u64 },
    /// Is this taken in, and all that was told before?
    Ask {
        from: u64,
        number: u32,
        changes: Changes,
    },
    /// It is.
    Taken { by: u64, to: u64, number: u32 },
}

/// One worker among those that use a place.
pub struct Peers {
    platform: Rc<dyn Platform>,
    channel: OnceCell<Box<dyn Channel>>,
    me: u64,
    joined_ms: f64,
    /// Their ids, and the last question that each has answered.
    others: RefCell<Vec<(u64, u32)>>,
    /// Woken when one has answered, or is gone.
    answered: Notify,
    /// How many questions there were.
    asked: Cell<u32>,
    /// What was written since the last of them, as far as the others are not notified of it.
    unasked: RefCell<Option<Changes>>,
}

impl Peers {
    /// Joins those who use `place`; what they write, `listeners` hear. None where workers cannot
    /// hear each other.
    pub fn join(
        platform: Rc<dyn Platform>,
        place: &str,
        listeners: Rc<Listeners>,
    ) -> Option<Rc<Self>> {
        let peers = Rc::new(Self {
            joined_ms: platform.monotonic_ms(),
            me: platform.random().to_bits(),
            platform,
            channel: OnceCell::new(),
            others: RefCell::default(),
            answered: Notify::default(),
            asked: Cell::default(),
            unasked: RefCell::default(),
        });
        let hearing = Rc::downgrade(&peers);
        let hear = move |bytes: &[u8]| {
            if let Some(peers) = hearing.upgrade() {
                peers.hear(bytes, &listeners);
            }
        };
        let channel = peers.platform.channel(place, Box::new(hear))?;
        // It is set here alone.
        let _ = peers.channel.set(channel);
        peers.say(&Message::Here {
            from: peers.me,
            asks: true,
        });
        Some(peers)
    }

    /// Tells the others what was written.
    pub fn tell(&self, changes: Changes) {
        self.say(&Message::Changed(changes));
        self.note(Changes::Keys(Vec::new()));
    }

    /// Notes what was written and the others hear of in another way, some time.
    pub fn note(&self, changes: Changes) {
        let mut unasked = self.unasked.borrow_mut();
        *unasked = Some(match unasked.take() {
            Some(before) => before.and(changes),
            None => changes,
        });
    }

    /// Completes when the others have taken in what was written here so far. One that says
    /// nothing is not waited for again until it does.
    pub fn propagated(self: &Rc<Self>) -> LocalBoxFuture<'static, ()> {
        let peers = self.clone();
        Box::pin(async move { peers.ask().await })
    }

    async fn ask(&self) {
        let since_joined = self.platform.monotonic_ms() - self.joined_ms;
        if since_joined < GREETING_MS {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is below 51"
            )]
            let rest = (GREETING_MS - since_joined.max(0.0)).ceil() as u32;
            self.platform.sleep(rest).await;
        }
        if let Some(changes) = self.unasked.take() {
            self.asked.set(self.asked.get().wrapping_add(1));
            self.say(&Message::Ask {
                from: self.me,
                number: self.asked.get(),
                changes,
            });
        }
        let number = self.asked.get();
        let is_answered = |&(_, answered): &(u64, u32)| answered >= number;
        let all = self
            .answered
            .wait_until(|| self.others.borrow().iter().all(is_answered));
        let over = self.platform.sleep(PATIENCE_MS);
        if let Either::Right(_) = select(pin!(all), over).await {
            self.others.borrow_mut().retain(is_answered);
        }
    }

    fn hear(self: &Rc<Self>, bytes: &[u8], listeners: &Listeners) {
        // What another version might say counts for no more than that something has changed.
        match postcard::from_bytes(bytes).unwrap_or(Message::Changed(Changes::All)) {
            Message::Changed(changes) => listeners.tell(changes),
            Message::Here { from, asks } => {
                self.meet(from);
                if asks {
                    let from = self.me;
                    self.say(&Message::Here { from, asks: false });
                }
            }
            Message::Gone { from } => {
                self.others.borrow_mut().retain(|(id, _)| *id != from);
                self.answered.wake();
            }
            Message::Ask {
                from,
                number,
                changes,
            } => {
                self.meet(from);
                let peers = Rc::downgrade(self);
                let receipt = Receipt(Box::new(move || {
                    if let Some(peers) = peers.upgrade() {
                        peers.say(&Message::Taken {
                            by: peers.me,
                            to: from,
                            number,
                        });
                    }
                }));
                listeners.tell(Heard {
                    receipts: vec![Rc::new(receipt)],
                    ..changes.into()
                });
            }
            Message::Taken { by, to, number } => {
                if to == self.me {
                    self.meet(by);
                    self.note_answer(by, number);
                }
            }
        }
    }

    /// Notes that a worker is there. One that was not has nothing older in memory than what was asked about.
    fn meet(&self, id: u64) {
        let mut others = self.others.borrow_mut();
        if !others.iter().any(|(other, _)| *other == id) {
            others.push((id, self.asked.get()));
        }
    }

    fn note_answer(&self, id: u64, number: u32) {
        let mut others = self.others.borrow_mut();
        if let Some((_, answered)) = others.iter_mut().find(|(other, _)| *other == id) {
            *answered = number.max(*answered);
        }
        drop(others);
        self.answered.wake();
    }

    fn say(&self, message: &Message) {
        // What was written in memory fits there.
        if let (Some(channel), Ok(bytes)) = (self.channel.get(), postcard::to_allocvec(message)) {
            channel.post(&bytes);
        }
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.say(&Message::Gone { from: self.me });
    }
}
