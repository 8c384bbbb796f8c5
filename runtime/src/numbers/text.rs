//! Text that is made in a buffer of C's. What does not fit is dropped.

use std::ffi::c_int;
use std::fmt;

/// The text so far.
pub struct Text<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> Text<'a> {
    pub fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    pub fn push(&mut self, byte: u8) {
        self.insert(self.len, byte, 1);
    }

    pub fn extend(&mut self, bytes: &[u8]) {
        let count = bytes.len().min(self.room());
        self.buffer[self.len..self.len + count].copy_from_slice(&bytes[..count]);
        self.len += count;
    }

    /// Puts `count` bytes before what begins at `at`.
    pub fn insert(&mut self, at: usize, byte: u8, count: usize) {
        let count = count.min(self.room());
        self.buffer.copy_within(at..self.len, at + count);
        self.buffer[at..at + count].fill(byte);
        self.len += count;
    }

    pub fn upper_from(&mut self, at: usize) {
        self.buffer[at..self.len].make_ascii_uppercase();
    }

    /// Takes off an exponent as Rust writes it.
    pub fn cut_exponent(&mut self) -> i32 {
        let Some(at) = self.as_bytes().iter().rposition(|byte| *byte == b'e') else {
            return 0;
        };
        let (negative, digits) = match &self.as_bytes()[at + 1..] {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let size = digits
            .iter()
            .fold(0, |size, digit| size * 10 + i32::from(digit - b'0'));
        self.len = at;
        if negative { -size } else { size }
    }

    /// Multiplies the number that begins at `start` by a power of ten. It has a digit, and behind a
    /// point as many as the power moves before it.
    pub fn move_point(&mut self, start: usize, power: i32) {
        let places = power.unsigned_abs() as usize;
        let point = start + 1;
        if self.len > point {
            self.buffer.copy_within(point + 1..self.len, point);
            self.len -= 1;
        }
        if power < 0 {
            self.insert(start, b'0', places + 1);
            self.buffer[point] = b'.';
        } else {
            self.insert(point + places, b'.', 1);
        }
    }

    /// Drops a fraction's last zeros, and its point where nothing is left.
    pub fn trim_fraction(&mut self, start: usize) {
        if !self.as_bytes()[start..].contains(&b'.') {
            return;
        }
        while self.as_bytes().ends_with(b"0") {
            self.len -= 1;
        }
        if self.as_bytes().ends_with(b".") {
            self.len -= 1;
        }
    }

    /// Ends it as C wants; gives the length.
    pub fn finish(self) -> c_int {
        self.buffer[self.len] = 0;
        c_int::try_from(self.len).unwrap_or_default()
    }

    /// All but what ends the text.
    fn room(&self) -> usize {
        self.buffer.len() - 1 - self.len
    }
}

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.extend(text.as_bytes());
        Ok(())
    }
}
