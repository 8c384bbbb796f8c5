//! The error of writes that did not become durable.

use crate::protocol::{Error, ErrorKind, HostError, MOST_KEYS, OUTCOME_UNKNOWN};
use crate::state::cache::{Entries, Entry};
use crate::storage::Backend;
use std::rc::Rc;

/// How many entries a failure keeps, the first in order: they stay while their run does, and count for nobody.
const MOST_ENTRIES: usize = 4096;

/// The first failure, and what is not durable.
pub(super) struct WriteFailure {
    about: FailureText,
    entries: Entries,
    /// There were others: that all are durable is not known any more.
    has_more: bool,
}

impl WriteFailure {
    pub(super) fn new(backend: &dyn Backend, operation: &str, cause: &Error) -> Self {
        Self {
            about: FailureText::new(backend, operation, cause),
            entries: Entries::new(),
            has_more: false,
        }
    }

    /// What is at this entry is not durable.
    pub(super) fn name(&mut self, entry: &Rc<Entry>) {
        self.entries.insert(entry.key.clone(), entry.clone());
        if self.entries.len() > MOST_ENTRIES {
            self.entries.pop_last();
            self.has_more = true;
        }
    }

    /// What is at this entry is durable now. False when that was the last.
    pub(super) fn mend(&mut self, entry: &Entry) -> bool {
        self.entries.remove(entry.key.as_str()).is_none()
            || self.has_more
            || !self.entries.is_empty()
    }

    pub(super) fn error(&self) -> Error {
        let keys = self.entries.keys().take(MOST_KEYS);
        let keys = keys.map(|key| key.as_str().to_owned()).collect();
        self.about.error(keys, self.entries.len(), self.has_more)
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

    /// The error, with the first of so many keys, or of more.
    pub(super) fn error(&self, keys: Vec<String>, all: usize, or_more: bool) -> Error {
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
            let than = if or_more { "more than " } else { "" };
            names.push_str(&format!(" and {than}{} more", all - SHOWN));
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
