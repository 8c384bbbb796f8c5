//! The runs that have not ended.

use crate::protocol::{Error, ErrorKind};
use crate::sandbox::Stop;
use futures::channel::oneshot;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The runs that have not ended.
#[derive(Default)]
pub(in crate::session) struct Runs {
    stops: RefCell<HashMap<u32, Rc<Stop>>>,
    /// Told when the last run has ended.
    idle: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Runs {
    /// Ends a run; one that has ended already stays as it is.
    pub(in crate::session) fn cancel(&self, run: u32) {
        if let Some(stop) = self.stops.borrow().get(&run) {
            stop.set(cancelled());
        }
    }

    pub(in crate::session) fn cancel_all(&self) {
        for stop in self.stops.borrow().values() {
            stop.set(cancelled());
        }
    }

    /// Completes when no run is left.
    pub(in crate::session) async fn all_ended(&self) {
        if self.stops.borrow().is_empty() {
            return;
        }
        let (sender, ended) = oneshot::channel();
        self.idle.borrow_mut().push(sender);
        // It is told, or gone with the session.
        let _ = ended.await;
    }

    pub(in crate::session) fn begin(&self, run: u32, stop: Rc<Stop>) -> Result<(), Error> {
        if self.stops.borrow().contains_key(&run) {
            return Err(Error::protocol(format!("run {run} is already in progress")));
        }
        self.stops.borrow_mut().insert(run, stop);
        Ok(())
    }

    pub(in crate::session) fn end(&self, run: u32) {
        self.stops.borrow_mut().remove(&run);
        if self.stops.borrow().is_empty() {
            for waiting in self.idle.take() {
                let _ = waiting.send(());
            }
        }
    }
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "the run was cancelled")
}
