//! A value to be stored, measured.

use super::stored::Body;
use crate::json::{self, Meter};
use crate::ledger::{Held, block, weigh};
use crate::protocol::limits::RECORD_BYTES;
use crate::protocol::{Error, Value};
use std::rc::Rc;

/// The size above which a value is kept as text, in bytes: it takes less memory so, and is written out as it is.
const SMALL_BYTES: usize = 16 * 1024;

/// A value to be stored.
pub struct New {
    pub(crate) body: Body,
    /// The bytes of its JSON text.
    pub(crate) length: usize,
    /// The bytes that it takes in memory.
    pub(crate) weight: usize,
    /// They are held for its run until it is stored.
    pub(crate) held: Option<Held>,
}

impl New {
    /// Measures a value, whose weight `meter` was notified of; then it holds what is to be stored.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Value`] for what is not JSON, or too much of it; what `meter` fails with.
    pub fn of(value: Value, meter: &dyn Meter) -> Result<Self, Error> {
        let length = json::measure_at_most(&value, RECORD_BYTES, meter)?;
        let weight = weigh(&value);
        if length <= SMALL_BYTES {
            let body = Body::Value(Rc::new(value));
            return Ok(Self {
                body,
                length,
                weight,
                held: None,
            });
        }
        let text = json::write_of_length(&value, length, meter)?;
        drop(value);
        meter.give(weight);
        meter.take(block(length))?;
        let body = Body::Text(text.as_str().into(), None);
        drop(text);
        meter.give(block(length));
        Ok(Self {
            body,
            length,
            weight: block(length),
            held: None,
        })
    }

    /// With what is held for it.
    #[must_use]
    pub fn holding(self, held: Held) -> Self {
        Self {
            held: Some(held),
            ..self
        }
    }
}
