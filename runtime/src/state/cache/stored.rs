//! The knowledge of a key: a record, that there is none, or nothing.

use super::record_key::RecordKey;
use crate::json;
use crate::ledger::block;
use crate::protocol::{Error, Record, Value};
use std::rc::Rc;

/// The state of a key in memory.
#[derive(Clone)]
pub(crate) enum Slot {
    /// Not known: only the backend can tell.
    Cold,
    /// There is no record.
    Absent,
    /// There is this record.
    Present(Stored),
}

/// A record without its key.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) body: Body,
    /// Absent while only the backend knows, because the key was written without being read.
    pub(crate) created_at: Option<f64>,
    pub(crate) updated_at: f64,
    pub(crate) expires_at: Option<f64>,
    /// The bytes of the value's JSON text.
    pub(crate) length: usize,
    /// The bytes that it takes in memory, except for what was parsed.
    pub(crate) weight: usize,
    /// The version that the engine gave it; absent where it has none, or it is not known.
    pub(crate) version: Option<Rc<str>>,
}

/// A stored value.
#[derive(Clone)]
pub(crate) enum Body {
    /// Its text; and its value when that was parsed, for as long as there is room for such.
    Text(Rc<str>, Option<Rc<Value>>),
    /// As it was set, while it is small.
    Value(Rc<Value>),
}

impl Body {
    /// Without what was parsed.
    pub(crate) fn unparsed(self) -> Self {
        match self {
            Self::Text(text, _) => Self::Text(text, None),
            body => body,
        }
    }

    /// Whether both are surely the same value.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one, _), Self::Text(other, _)) => Rc::ptr_eq(one, other) || one == other,
            (Self::Value(one), Self::Value(other)) => Rc::ptr_eq(one, other) || one == other,
            _ => false,
        }
    }
}

impl Stored {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            length: record.value.len(),
            weight: block(record.value.len()),
            body: Body::Text(record.value.as_str().into(), None),
            created_at: Some(record.created_at),
            // A clock may have been set back.
            updated_at: record.updated_at.max(record.created_at),
            expires_at: record.expires_at,
            version: record.version.clone(),
        }
    }

    /// The bytes that count for whoever stored it: in memory, or as text when it is written out.
    pub(crate) fn charge(&self) -> usize {
        self.length.max(self.weight)
    }

    pub(crate) fn is_expired(&self, now: f64) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// The record. What has no time of creation was created when it was updated.
    pub(crate) fn record(&self, key: &RecordKey) -> Result<Record, Error> {
        let value = match &self.body {
            Body::Text(text, _) => text.to_string(),
            Body::Value(value) => json::write(value)?,
        };
        Ok(Record {
            key: key.as_str().to_owned(),
            value,
            created_at: self.created_at.unwrap_or(self.updated_at),
            updated_at: self.updated_at,
            expires_at: self.expires_at,
            version: self.version.clone(),
        })
    }
}
