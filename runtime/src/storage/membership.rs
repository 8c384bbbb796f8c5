//! What a backend whose records others keep in memory too does about them.

use super::changes::{Heard, Listeners};
use super::peers::Peers;
use crate::platform::Platform;
use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;
use std::cell::RefCell;
use std::rc::Rc;

/// A backend's membership in the workers that use one place: none of theirs before it joins.
#[derive(Default)]
pub struct Membership {
    listeners: Rc<Listeners>,
    peers: RefCell<Option<Rc<Peers>>>,
}

impl Membership {
    /// Joins those who use `place`, and leaves those whom it had joined before.
    pub fn join(&self, platform: Rc<dyn Platform>, place: &str) {
        let peers = Peers::join(platform, place, self.listeners.clone());
        self.peers.replace(peers);
    }

    /// Leaves them, and ends what its listeners listen to.
    pub fn leave(&self) {
        self.peers.take();
        self.listeners.close();
    }

    /// The others; none where workers cannot hear each other.
    pub fn peers(&self) -> Option<Rc<Peers>> {
        self.peers.borrow().clone()
    }

    /// Those who hear what others write.
    pub fn listeners(&self) -> &Rc<Listeners> {
        &self.listeners
    }

    /// As [`Backend::changes`](super::Backend::changes).
    pub fn changes(&self) -> Option<LocalBoxStream<'static, Heard>> {
        Some(self.listeners.listen())
    }

    /// As [`Backend::propagated`](super::Backend::propagated).
    pub fn propagated(&self) -> LocalBoxFuture<'static, ()> {
        match self.peers() {
            Some(peers) => peers.propagated(),
            None => Box::pin(std::future::ready(())),
        }
    }
}
