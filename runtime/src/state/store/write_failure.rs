//! The error of writes that did not become durable.

use crate::protocol::{Error, ErrorKind, HostError, MOST_KEYS, OUTCOME_UNKNOWN};
use crate::state::cache::{Entries, Entry};
use crate::storage::Backend;
use std::rc::Rc;

/// The first failure, and what is not durable.
pub(super) struct WriteFailure {
    about: FailureText,
    entries: Entries,
}

impl WriteFailure {
    pub(super) fn new(backend: &dyn Backend, operation: &str, cause: &Error) -> Self {
        Self {
            about: FailureText::new(backend, operation, cause),
            entries: Entries::new(),
        }
    }

    /// What is at this entry is not durable.
    pub(super) fn name(&mut self, entry: &Rc<Entry>) {
        self.entries.insert(entry.key.clone(), entry.clone());
    }

    /// What is at this entry is durable now. False when that was the last.
    pub(super) fn mend(&mut self, entry: &Entry) -> bool {
        self.entries.remove(entry.key.as_str()).is_none() || !self.entries.is_empty()
    }

    pub(super) fn error(&self) -> Error {
        let keys = self.entries.keys().take(MOST_KEYS);
        let keys = keys.map(|key| key.as_str().to_owned()).collect();
        self.about.error(keys, self.entries.len())
    }
}

/// What the error of writes says, but for their keys.
pub(super) struct FailureText {
    backend: String,
    /// What it says of the keys.
    not_stored: &'static str,
    operation: String,
    cause: Error,
}

impl FailureText {
    pub(super) fn new(backend: &dyn Backend, operation: &str, cause: &Error) -> Self {
        let is_unknown = cause.kind.code() == OUTCOME_UNKNOWN;
        Self {
            backend: backend.name().to_owned(),
            not_stored: match backend.is_atomic() && !is_unknown {
                true => "not stored",
                false => "may not be stored",
            },
            operation: operation.to_owned(),
            cause: cause.clone(),
        }
    }

    /// The error, with the first of so many keys.
    pub(super) fn error(&self, keys: Vec<String>, all: usize) -> Error {
        const SHOWN: usize = 3;
        let Self {
            backend,
            not_stored,
            operation,
            cause: error,
        } = self;
        let first = &keys[..keys.len().min(SHOWN)];
        let mut names = first.join(", ");
        if all > SHOWN {
            names.push_str(&format!(" and {} more", all - SHOWN));
        }
        let cause = match &*error.kind {
            ErrorKind::Storage {
                cause: Some(cause), ..
            }
            | ErrorKind::Host { cause, .. } => cause.clone(),
            kind => HostError {
                name: kind.code().into(),
                message: error.message.clone(),
            },
        };
        let message = match names.as_str() {
            "" => format!("the {backend} backend has failed: {error}"),
            names => format!("{not_stored} by the {backend} backend: {names}: {error}"),
        };
        Error::storage(backend, operation, keys, Some(cause), message)
    }
}
