//! A stored value as it is handed out: parsed, or as text that is parsed when it is needed.

use super::caches::Caches;
use super::record_key::RecordKey;
use super::stored::Body;
use crate::json::{self, Meter};
use crate::protocol::{Error, ErrorKind, Value};
use std::rc::Rc;

/// A stored value, as memory has it.
pub enum Item {
    /// The value.
    Value(Rc<Value>),
    /// Its text.
    Text(Unparsed),
}

impl Item {
    /// The value that was stored under `key`.
    pub(crate) fn of(caches: &Rc<Caches>, key: &RecordKey, body: Body) -> Self {
        match body {
            Body::Value(value) | Body::Text(_, Some(value)) => Self::Value(value),
            Body::Text(text, None) => Self::Text(Unparsed {
                caches: caches.clone(),
                key: key.clone(),
                text,
            }),
        }
    }

    /// The value. `meter` is notified of what it takes, and of what parsing costs.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend holds no JSON; what `meter` fails with.
    pub fn value(self, meter: &dyn Meter) -> Result<Rc<Value>, Error> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Text(unparsed) => unparsed.parse(meter),
        }
    }
}

/// A stored text that is not parsed yet.
pub struct Unparsed {
    caches: Rc<Caches>,
    key: RecordKey,
    text: Rc<str>,
}

impl Unparsed {
    fn parse(self, meter: &dyn Meter) -> Result<Rc<Value>, Error> {
        let Self { caches, key, text } = self;
        // Another may have parsed it since.
        if let Some(value) = caches.find(&key).and_then(|entry| entry.parsed(&text)) {
            return Ok(value);
        }
        let parsed = json::parse_stored_metered(&text, meter).map_err(|error| match *error.kind {
            ErrorKind::Value { .. } => unreadable(caches.backend_name(), &key, &error),
            _ => error,
        });
        let value = Rc::new(parsed?);
        caches.keep_parsed(&key, &text, &value);
        Ok(value)
    }
}

#[cold]
fn unreadable(backend: &str, key: &RecordKey, error: &Error) -> Error {
    let message =
        format!("the {backend} backend holds a value of {key} that is unreadable: {error}");
    Error::storage(backend, "get", vec![key.as_str().to_owned()], None, message)
}
