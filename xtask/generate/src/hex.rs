//! Bytes as text: hexadecimal, where a long run of one byte is `(78*1048576)`.

use std::fmt::Write;

const LONG: usize = 64;

/// Renders bytes.
#[must_use]
pub fn render(bytes: &[u8]) -> String {
    let mut text = String::new();
    for run in bytes.chunk_by(|a, b| a == b) {
        let byte = format!("{:02x}", run[0]);
        if run.len() > LONG {
            let _ = write!(text, "({byte}*{})", run.len());
        } else {
            text += &byte.repeat(run.len());
        }
    }
    text
}

/// Reads what [`render`] wrote; nothing when it is not that.
#[must_use]
pub fn parse(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(run) = rest.strip_prefix('(') {
            let (run, after) = run.split_once(')')?;
            let (byte, times) = run.split_once('*')?;
            bytes.resize(
                bytes.len() + times.parse::<usize>().ok()?,
                u8::from_str_radix(byte, 16).ok()?,
            );
            rest = after;
        } else {
            bytes.push(u8::from_str_radix(rest.get(..2)?, 16).ok()?);
            rest = &rest[2..];
        }
    }
    Some(bytes)
}
