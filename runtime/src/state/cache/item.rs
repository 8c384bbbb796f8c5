use super::entry::{Body, Entry};
use super::record_key::RecordKey;
use crate::json::{self, Meter};
use crate::ledger::weigh;
use crate::protocol::{Error, ErrorKind, Value};
use crate::state::store::Store;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// A stored value, as memory has it.
pub enum Item {
    /// The value.
    Value(Rc<Value>),
    /// Its text.
    Text(Unparsed),
}

impl Item {
    /// What was stored under `key`.
    pub(crate) fn of(store: &Rc<Store>, key: &RecordKey, body: Body) -> Self {
        match body {
            Body::Value(value) | Body::Text(_, Some(value)) => Self::Value(value),
            Body::Text(text, None) => Self::Text(Unparsed {
                store: store.clone(),
                key: key.clone(),
                text,
            }),
        }
    }

    /// What is stored at `entry`, unless it has expired.
    pub(crate) fn at(store: &Rc<Store>, entry: &Entry) -> Option<Self> {
        let body = entry.body(store.now_for(entry))?;
        Some(Self::of(store, &entry.key, body))
    }

    /// The value. What it takes is told to `meter`, and what parsing costs.
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
    store: Rc<Store>,
    key: RecordKey,
    text: Rc<str>,
}

impl Unparsed {
    fn parse(self, meter: &dyn Meter) -> Result<Rc<Value>, Error> {
        let Self { store, key, text } = self;
        // Another may have parsed it since.
        if let Some(value) = store.find(&key).and_then(|entry| entry.parsed(&text)) {
            return Ok(value);
        }
        let parsed = json::parse_stored_metered(&text, meter).map_err(|error| match *error.kind {
            ErrorKind::Value { .. } => unreadable(store.backend.name(), &key, &error),
            _ => error,
        });
        let value = Rc::new(parsed?);
        if let Some(entry) = store.find(&key) {
            store.parsed.keep(&entry, &text, &value);
        }
        Ok(value)
    }
}

#[cold]
fn unreadable(backend: &str, key: &RecordKey, error: &Error) -> Error {
    let kind = ErrorKind::Storage {
        backend: backend.to_owned(),
        operation: "get".into(),
        keys: vec![key.as_str().to_owned()],
        cause: None,
    };
    Error::new(
        kind,
        format!("the {backend} backend holds a value of {key} that is unreadable: {error}"),
    )
}

/// The values that were parsed, beside their texts: so many of them that reading does not fill the memory.
#[derive(Default)]
pub(crate) struct Parsed {
    entries: RefCell<Vec<Weak<Entry>>>,
    bytes: Cell<usize>,
}

/// What they may take in all, in bytes, before all are forgotten; and a single one.
const MOST_TOGETHER: usize = 32 * 1024 * 1024;
const MOST: usize = 8 * 1024 * 1024;
/// What an entry takes that may be there for their sake alone.
const ENTRY_BYTES: usize = 256;

impl Parsed {
    fn keep(&self, entry: &Rc<Entry>, text: &Rc<str>, value: &Rc<Value>) {
        let weight = weigh(value) + ENTRY_BYTES;
        if weight > MOST || !entry.keep_value(text, value) {
            return;
        }
        if self.bytes.get() + weight > MOST_TOGETHER {
            self.bytes.set(0);
            for entry in self.entries.take().iter().filter_map(Weak::upgrade) {
                entry.forget_value();
            }
            entry.keep_value(text, value);
        }
        self.bytes.set(self.bytes.get() + weight);
        self.entries.borrow_mut().push(Rc::downgrade(entry));
    }
}
