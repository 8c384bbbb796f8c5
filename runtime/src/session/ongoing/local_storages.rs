//! The backends in the page's localStorage.

use crate::storage::{Changes, LocalStorageBackend};
use std::cell::RefCell;
use std::rc::Weak;

/// The backends that live.
#[derive(Default)]
pub(in crate::session) struct LocalStorages(
    pub(in crate::session) RefCell<Vec<Weak<LocalStorageBackend>>>,
);

impl LocalStorages {
    /// Tells the backends with this prefix that another tab has changed an item, or all.
    pub(in crate::session) fn changed(&self, prefix: &str, name: Option<String>) {
        let changes = match name {
            Some(name) => Changes::Keys(vec![name]),
            None => Changes::All,
        };
        let living = self.0.borrow().clone();
        for backend in living.iter().filter_map(Weak::upgrade) {
            if backend.prefix() == prefix {
                backend.changed(changes.clone());
            }
        }
    }
}
