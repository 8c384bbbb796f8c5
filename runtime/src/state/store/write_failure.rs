//! The error of writes that did not become durable.

use crate::protocol::{Error, ErrorKind, HostError, MOST_KEYS, OUTCOME_UNKNOWN};
use crate::state::cache::RecordKey;
use crate::storage::Backend;
use std::collections::BTreeSet;

/// The first failure, and the keys of what is not durable.
pub(super) struct WriteFailure {
    backend: String,
    /// What it says of the keys.
    not_stored: &'static str,
    operation: String,
    keys: BTreeSet<RecordKey>,
    /// How many of them are kept, the first in order.
    most: usize,
    /// There are others.
    more: bool,
    cause: Error,
}

impl WriteFailure {
    pub(super) fn new(backend: &dyn Backend, operation: &str, cause: &Error) -> Self {
        let is_unknown = cause.kind.code() == OUTCOME_UNKNOWN;
        Self {
            backend: backend.name().to_owned(),
            not_stored: match backend.is_atomic() && !is_unknown {
                true => "not stored",
                false => "may not be stored",
            },
            operation: operation.to_owned(),
            keys: BTreeSet::new(),
            most: usize::MAX,
            more: false,
            cause: cause.clone(),
        }
    }

    /// The same, which keeps no more keys than its error names.
    pub(super) fn brief(backend: &dyn Backend, operation: &str, cause: &Error) -> Self {
        Self {
            most: MOST_KEYS,
            ..Self::new(backend, operation, cause)
        }
    }

    /// What is at this key is not durable.
    pub(super) fn name(&mut self, key: &RecordKey) {
        self.keys.insert(key.clone());
        if self.keys.len() > self.most {
            self.more = true;
            self.keys.pop_last();
        }
    }

    /// What is at this key is durable now. False when that was the last.
    pub(super) fn mend(&mut self, key: &RecordKey) -> bool {
        !self.keys.remove(key) || self.more || !self.keys.is_empty()
    }

    pub(super) fn error(&self) -> Error {
        const SHOWN: usize = 3;
        let Self {
            backend,
            not_stored,
            operation,
            keys,
            more,
            cause: error,
            ..
        } = self;
        let mut names = keys
            .iter()
            .take(SHOWN)
            .map(RecordKey::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        if keys.len() > SHOWN {
            let than = if *more { "more than " } else { "" };
            names.push_str(&format!(" and {than}{} more", keys.len() - SHOWN));
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
        let keys = keys.iter().take(MOST_KEYS);
        let keys = keys.map(|key| key.as_str().to_owned()).collect();
        Error::storage(backend, operation, keys, Some(cause), message)
    }
}
