//! Exports in progress.

use crate::state::Export;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The exports in progress, by the id of their request.
#[derive(Default)]
pub(in crate::session) struct Exports(pub(in crate::session) RefCell<HashMap<u32, Rc<Export>>>);

impl Exports {
    pub(in crate::session) fn end_all(&self) {
        self.0.take();
    }
}
