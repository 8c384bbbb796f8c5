use super::{MAX_DEPTH, Pace, is_safe};
use crate::protocol::{Error, ErrorKind, Value};
use crate::text;
use std::fmt;

/// The JSON text of `value`. Integers stay integers, and floats keep a fraction or an
/// exponent, so that [`super::parse`] gives back an equal value.
///
/// # Errors
/// [`ErrorKind::Value`], with the path, for what JSON cannot hold: NaN, infinities, integers
/// beyond ±(2^53−1), bytes that are no UTF-8, and more than [`MAX_DEPTH`] levels.
pub fn write(value: &Value) -> Result<String, Error> {
    write_paced(value, &|_| Ok(()))
}

/// As [`write()`], telling of its work.
///
/// # Errors
/// As [`write()`], and what `pace` fails with.
pub fn write_paced(value: &Value, pace: Pace<'_>) -> Result<String, Error> {
    let mut text = String::new();
    put(value, &mut text, pace, 0).map_err(Fault::into_error)?;
    Ok(text)
}

/// The length in bytes of what [`write`] would give.
///
/// # Errors
/// As [`write`].
pub fn measure(value: &Value) -> Result<usize, Error> {
    let mut length = Length(0);
    put(value, &mut length, &|_| Ok(()), 0).map_err(Fault::into_error)?;
    Ok(length.0)
}

struct Length(usize);

impl fmt::Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// What cannot be written, and where: the steps come from the innermost outwards.
struct Fault {
    why: String,
    steps: Vec<String>,
}

impl Fault {
    fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            steps: Vec::new(),
        }
    }

    fn at(mut self, step: String) -> Self {
        self.steps.push(step);
        self
    }

    fn into_error(self) -> Error {
        let path = std::iter::once("value".to_owned())
            .chain(self.steps.into_iter().rev())
            .collect::<String>();
        let message = format!("{path}: {}", self.why);
        Error::new(ErrorKind::Value { path }, message)
    }
}

/// A run that is to end says itself why.
impl From<Error> for Fault {
    fn from(stop: Error) -> Self {
        Self::new(stop.message)
    }
}

/// The sinks here never fail; if one did, the text would be cut, so it is a fault.
impl From<fmt::Error> for Fault {
    fn from(_: fmt::Error) -> Self {
        Self::new("it cannot be written")
    }
}

fn put(
    value: &Value,
    out: &mut impl fmt::Write,
    pace: Pace<'_>,
    depth: usize,
) -> Result<(), Fault> {
    let bytes = match value {
        Value::Str(text) => text.len(),
        _ => 0,
    };
    pace(16 + (bytes >> 1))?;
    match value {
        Value::Nil => out.write_str("null")?,
        Value::Bool(true) => out.write_str("true")?,
        Value::Bool(false) => out.write_str("false")?,
        Value::Int(number) if is_safe(*number) => write!(out, "{number}")?,
        Value::Int(number) => {
            return Err(Fault::new(format!(
                "the integer {number} is beyond ±(2^53−1)"
            )));
        }
        Value::Float(number) if number.is_finite() => float(*number, out)?,
        Value::Float(number) => return Err(Fault::new(format!("JSON has no {number}"))),
        Value::Str(text) => string(text, out)?,
        Value::Bytes(_) => return Err(Fault::new("JSON has no strings that are not UTF-8")),
        Value::Array(_) | Value::Object(_) if depth == MAX_DEPTH => {
            return Err(Fault::new(format!(
                "it nests deeper than {MAX_DEPTH} levels"
            )));
        }
        Value::Array(items) => {
            out.write_char('[')?;
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                // Positions count from 1, as in the Lua tables that these values come from.
                put(item, out, pace, depth + 1)
                    .map_err(|fault| fault.at(format!("[{}]", index + 1)))?;
            }
            out.write_char(']')?;
        }
        Value::Object(fields) => {
            out.write_char('{')?;
            for (index, (key, field)) in fields.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                string(key, out)?;
                out.write_char(':')?;
                put(field, out, pace, depth + 1).map_err(|fault| fault.at(step(key)))?;
            }
            out.write_char('}')?;
        }
    }
    Ok(())
}

fn step(key: &str) -> String {
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && !key.is_empty() && !key.starts_with(|first: char| first.is_ascii_digit()) {
        format!(".{}", text::name(key))
    } else {
        format!("[{}]", quoted(&text::name(key)))
    }
}

/// Always with a fraction or an exponent, and the shortest digits that read back equal.
fn float(number: f64, out: &mut impl fmt::Write) -> fmt::Result {
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        write!(out, "{number:e}")
    } else if number.fract() == 0.0 {
        write!(out, "{number}.0")
    } else {
        write!(out, "{number}")
    }
}

/// The text as a JSON string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    // A String takes everything.
    let _ = string(text, &mut out);
    out
}

fn string(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    let mut from = 0;
    // What is escaped is ASCII, so the cuts fall between characters.
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.write_str(&text[from..at])?;
        if escape.is_empty() {
            let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
            out.write_str("\\u00")?;
            out.write_char(digit(byte >> 4))?;
            out.write_char(digit(byte & 15))?;
        } else {
            out.write_str(escape)?;
        }
        from = at + 1;
    }
    out.write_str(&text[from..])?;
    out.write_char('"')
}
