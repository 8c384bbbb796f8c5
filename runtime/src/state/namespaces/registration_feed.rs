//! The feed of declarations made and taken back, for whoever listens.

use crate::protocol::NamespaceConfig;
use crate::script_id::ScriptId;
use std::cell::RefCell;

/// A change of what is declared.
#[derive(Clone, Copy, Debug)]
pub enum Registration<'a> {
    /// The script has declared these.
    Registered(&'a ScriptId, &'a [(String, NamespaceConfig)]),
    /// What the script had declared was taken back.
    Unregistered(&'a ScriptId),
}

/// A listener for declarations.
pub(crate) type Listener = Box<dyn Fn(Registration<'_>)>;

/// The changes of what is declared, and their listener.
#[derive(Default)]
pub(super) struct RegistrationFeed(RefCell<Option<Listener>>);

impl RegistrationFeed {
    /// Has `listener` notified of every change from now on, once it is made.
    pub(super) fn listen(&self, listener: Listener) {
        self.0.replace(Some(listener));
    }

    pub(super) fn publish(&self, change: Registration<'_>) {
        if let Some(listener) = &*self.0.borrow() {
            listener(change);
        }
    }
}
