//! Locks by name.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Locks by name: who came first holds it.
#[derive(Default)]
pub struct Locks {
    queues: RefCell<HashMap<String, VecDeque<u64>>>,
    next: Cell<u64>,
    wakers: RefCell<Vec<Waker>>,
}

/// A place in a lock's queue.
struct Ticket {
    locks: Rc<Locks>,
    name: String,
    id: u64,
}

impl Locks {
    /// Holds the lock from the end of this until what it gives is dropped.
    pub fn hold(
        self: &Rc<Self>,
        name: String,
    ) -> impl Future<Output = Box<dyn std::any::Any>> + use<> {
        let id = self.next.replace(self.next.get() + 1);
        self.queues
            .borrow_mut()
            .entry(name.clone())
            .or_default()
            .push_back(id);
        let ticket = Ticket {
            locks: self.clone(),
            name,
            id,
        };
        async move {
            poll_fn(|context| {
                if ticket.is_first() {
                    return Poll::Ready(());
                }
                ticket
                    .locks
                    .wakers
                    .borrow_mut()
                    .push(context.waker().clone());
                Poll::Pending
            })
            .await;
            Box::new(ticket) as Box<dyn std::any::Any>
        }
    }
}

impl Ticket {
    fn is_first(&self) -> bool {
        self.locks
            .queues
            .borrow()
            .get(&self.name)
            .and_then(VecDeque::front)
            == Some(&self.id)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(queue) = self.locks.queues.borrow_mut().get_mut(&self.name) {
            queue.retain(|id| *id != self.id);
        }
        self.locks.wakers.take().into_iter().for_each(Waker::wake);
    }
}
