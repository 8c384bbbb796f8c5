//! Numbers as text, without allocation.

use std::fmt::{self, Write};

/// A number's text, without a block of memory.
pub(super) struct Digits {
    bytes: [u8; 32],
    length: usize,
}

impl Digits {
    pub(super) fn of_integer(number: i64) -> Self {
        Self::written(format_args!("{number}"))
    }

    /// Always with a fraction or an exponent, and the shortest digits that read back equal.
    pub(super) fn of_float(number: f64) -> Self {
        let size = number.abs();
        if size != 0.0 && !(1e-4..1e16).contains(&size) {
            Self::written(format_args!("{number:e}"))
        } else if number.fract() == 0.0 {
            Self::written(format_args!("{number}.0"))
        } else {
            Self::written(format_args!("{number}"))
        }
    }

    fn written(number: fmt::Arguments<'_>) -> Self {
        let mut digits = Self {
            bytes: [0; 32],
            length: 0,
        };
        // The longest takes 24 bytes.
        let _ = digits.write_fmt(number);
        digits
    }

    pub(super) fn as_str(&self) -> &str {
        // Text alone was put there.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl Write for Digits {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.length + part.len();
        let place = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        place.copy_from_slice(part.as_bytes());
        self.length = end;
        Ok(())
    }
}
