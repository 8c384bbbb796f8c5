//! JSON text to [`Value`] and back, with nothing lost or rounded in silence.

mod float;
mod parse;
mod write;

pub use parse::{parse, parse_paced, parse_stored};
pub use write::{measure, quoted, write, write_paced};

use crate::protocol::Error;

/// Is told of work as it is done, in units of about ten nanoseconds'; its error ends the work.
pub type Pace<'a> = &'a dyn Fn(usize) -> Result<(), Error>;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 128;

/// The largest integer that every JSON reader keeps exact: 2^53 − 1.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Whether JSON readers keep `value` exact.
#[must_use]
pub fn is_safe(value: i64) -> bool {
    (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value)
}
