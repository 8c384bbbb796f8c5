//! The update of State that a run is in.

use crate::state::Update;
use std::cell::RefCell;
use std::rc::Rc;

/// The update that the run is in, if any: a run does one thing at a time.
#[derive(Clone, Default)]
pub(in crate::sandbox) struct Updating(pub(in crate::sandbox) Rc<RefCell<Option<Update>>>);

impl Updating {
    /// Whether the function of an update runs: then the run may not wait.
    pub(in crate::sandbox) fn is_under_way(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Gives up what has not been committed, and its lock.
    pub(in crate::sandbox) fn end(&self) {
        drop(self.0.take());
    }
}
