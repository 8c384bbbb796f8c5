//! Floats from text, by C's library: Lua brings it along, and Rust's own has a table of 10 KB.

use std::ffi::{c_char, c_double};

unsafe extern "C" {
    fn strtod(text: *const c_char, end: *mut *mut c_char) -> c_double;
}

/// The float nearest to a JSON number; infinite beyond the range.
pub(super) fn parse(digits: &str) -> f64 {
    let mut text = Vec::with_capacity(digits.len() + 1);
    text.extend_from_slice(digits.as_bytes());
    text.push(0);
    // SAFETY: the text ends with a NUL, and nobody asks for where the number ends. A JSON
    // number is one of C's too, in the locale "C", which nothing here changes.
    unsafe { strtod(text.as_ptr().cast(), std::ptr::null_mut()) }
}
