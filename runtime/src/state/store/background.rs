//! The parts of a store that its background tasks work with.

use super::expiry::Expiry;
use super::load::Loader;
use super::write_queue::WriteQueue;
use std::rc::Rc;

/// The parts that load, write and remove records of the backend, without a script that waits for it.
pub(super) struct Background {
    pub(super) loader: Rc<Loader>,
    pub(super) queue: Rc<WriteQueue>,
    pub(super) expiry: Rc<Expiry>,
}
