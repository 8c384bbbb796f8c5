//! An executor of tasks in a fixed order.

use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

/// Runs tasks one after the other, in the order in which they became ready.
#[derive(Default)]
pub(super) struct Executor {
    tasks: RefCell<BTreeMap<u64, LocalBoxFuture<'static, ()>>>,
    ready: Arc<Mutex<VecDeque<u64>>>,
    next: RefCell<u64>,
}

struct TaskWaker {
    id: u64,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        let mut ready = self
            .ready
            .lock()
            .expect("no test panics while it holds this");
        if !ready.contains(&self.id) {
            ready.push_back(self.id);
        }
    }
}

impl Executor {
    pub(super) fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        let id = self.next.replace_with(|next| *next + 1);
        self.tasks.borrow_mut().insert(id, task);
        self.ready
            .lock()
            .expect("no test panics while it holds this")
            .push_back(id);
    }

    /// Polls the task that is next; false when none is ready.
    pub(super) fn step(&self) -> bool {
        let Some(id) = self
            .ready
            .lock()
            .expect("no test panics while it holds this")
            .pop_front()
        else {
            return false;
        };
        // It is out of the table while it runs, so that it may itself run others.
        let Some(mut task) = self.tasks.borrow_mut().remove(&id) else {
            return true;
        };
        let waker = Waker::from(Arc::new(TaskWaker {
            id,
            ready: self.ready.clone(),
        }));
        if task
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
        {
            self.tasks.borrow_mut().insert(id, task);
        }
        true
    }

    pub(super) fn is_ready(&self) -> bool {
        !self
            .ready
            .lock()
            .expect("no test panics while it holds this")
            .is_empty()
    }
}
