//! JSON text to [`Value`] and back, with nothing lost or rounded in silence.

mod digits;
mod float;
mod meter;
mod parse;
mod text;
mod write;

pub use meter::{AtMost, Meter, Unmetered};
pub use parse::{parse, parse_metered, parse_stored, parse_stored_metered};
pub use write::{
    measure, measure_at_most, measure_metered, quoted, write, write_measured, write_metered,
    write_of_length,
};

/// The largest integer that every JSON reader keeps exact: 2^53 − 1.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Whether JSON readers keep `value` exact.
#[must_use]
pub fn is_safe(value: i64) -> bool {
    (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value)
}
