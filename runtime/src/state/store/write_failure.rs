//! The error of writes that did not become durable.

use crate::protocol::{Error, ErrorKind, HostError, MOST_KEYS};

/// The first failure, and the keys of what is not durable: the first of them, in order.
pub(super) struct WriteFailure {
    backend: String,
    operation: String,
    keys: Vec<String>,
    /// There are others.
    more: bool,
    cause: Error,
}

impl WriteFailure {
    pub(super) fn new(backend: &str, operation: &str, cause: &Error) -> Self {
        Self {
            backend: backend.to_owned(),
            operation: operation.to_owned(),
            keys: Vec::new(),
            more: false,
            cause: cause.clone(),
        }
    }

    /// What is at this key is not durable.
    pub(super) fn name(&mut self, key: &str) {
        let keys = &mut self.keys;
        let Err(at) = keys.binary_search_by(|other| other.as_str().cmp(key)) else {
            return;
        };
        if keys.len() == MOST_KEYS {
            self.more = true;
            if at == MOST_KEYS {
                return;
            }
            keys.pop();
        }
        keys.insert(at, key.to_owned());
    }

    pub(super) fn error(&self) -> Error {
        const SHOWN: usize = 3;
        let Self {
            backend,
            operation,
            keys,
            more,
            cause: error,
        } = self;
        let mut names = keys
            .iter()
            .take(SHOWN)
            .map(String::as_str)
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
            names => format!("not stored by the {backend} backend: {names}: {error}"),
        };
        Error::storage(backend, operation, keys.clone(), Some(cause), message)
    }
}
