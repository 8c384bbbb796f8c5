//! Updates whose function runs on the page.

use crate::state::Update;
use std::cell::RefCell;
use std::collections::HashMap;

/// The updates in progress, by the id of their request.
#[derive(Default)]
pub(in crate::session) struct Updates(pub(in crate::session) RefCell<HashMap<u32, Update>>);

impl Updates {
    /// Releases all their locks.
    pub(in crate::session) fn abandon_all(&self) {
        self.0.take();
    }
}
