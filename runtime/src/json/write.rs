//! Writing JSON.

use super::digits::Digits;
use super::text::Text;
use super::{Meter, Unmetered, is_safe};
use crate::protocol::limits::VALUE_DEPTH;
use crate::protocol::{Error, ErrorKind, Value};
use crate::text;

/// The JSON text of `value`. Integers stay integers, and floats keep a fraction or an
/// exponent, so that [`super::parse`] gives back an equal value.
///
/// # Errors
/// [`ErrorKind::Value`], with the path, for what JSON cannot hold: NaN, infinities, integers
/// beyond ±(2^53−1), bytes that are not valid UTF-8, and more than [`VALUE_DEPTH`] levels.
pub fn write(value: &Value) -> Result<String, Error> {
    write_metered(value, &Unmetered)
}

/// As [`write()`], telling of its work, and of what the text takes.
///
/// # Errors
/// As [`write()`], and what `meter` fails with.
pub fn write_metered(value: &Value, meter: &dyn Meter) -> Result<String, Error> {
    let mut text = Text::new(meter);
    put(value, &mut text, meter, 0).map_err(Unwritable::into_error)?;
    Ok(text.into_string())
}

/// As [`write_metered`], of a value that is measured first: then the text is no larger in memory than it
/// is long, and none of it is made when there is no room for all of it.
///
/// # Errors
/// As [`write_metered`].
pub fn write_measured(value: &Value, meter: &dyn Meter) -> Result<String, Error> {
    write_of_length(value, measure_metered(value, meter)?, meter)
}

/// As [`write_measured`], of a value that was measured: its text takes so many bytes.
///
/// # Errors
/// As [`write_metered`].
pub fn write_of_length(value: &Value, length: usize, meter: &dyn Meter) -> Result<String, Error> {
    let mut text = Text::new(meter);
    text.make_room(length)?;
    put(value, &mut text, meter, 0).map_err(Unwritable::into_error)?;
    Ok(text.into_string())
}

/// The length in bytes of what [`write`] would give.
///
/// # Errors
/// As [`write`].
pub fn measure(value: &Value) -> Result<usize, Error> {
    measure_metered(value, &Unmetered)
}

/// As [`measure`], telling of its work.
///
/// # Errors
/// As [`measure`], and what `meter` fails with.
pub fn measure_metered(value: &Value, meter: &dyn Meter) -> Result<usize, Error> {
    measure_at_most(value, usize::MAX, meter)
}

/// As [`measure_metered`], of a value that may take so many bytes: of a longer one no more is looked at.
///
/// # Errors
/// As [`measure_metered`], and [`ErrorKind::Value`] for what takes more.
pub fn measure_at_most(value: &Value, most: usize, meter: &dyn Meter) -> Result<usize, Error> {
    let mut length = Length { bytes: 0, most };
    put(value, &mut length, meter, 0).map_err(Unwritable::into_error)?;
    Ok(length.bytes)
}

/// Where JSON goes.
trait Out {
    fn put(&mut self, text: &str) -> Result<(), Unwritable>;

    /// Part of a string, which takes `length` bytes once it is escaped.
    fn put_escaped(&mut self, part: &str, length: usize) -> Result<(), Unwritable>;
}

/// It is counted alone.
struct Length {
    bytes: usize,
    most: usize,
}

impl Length {
    fn add(&mut self, bytes: usize) -> Result<(), Unwritable> {
        self.bytes = self.bytes.saturating_add(bytes);
        match self.bytes <= self.most {
            true => Ok(()),
            false => Err(Unwritable::of_all(format!(
                "it takes more than {} bytes as JSON",
                self.most
            ))),
        }
    }
}

impl Out for Length {
    fn put(&mut self, text: &str) -> Result<(), Unwritable> {
        self.add(text.len())
    }

    fn put_escaped(&mut self, _: &str, length: usize) -> Result<(), Unwritable> {
        self.add(length)
    }
}

impl Out for Text<'_> {
    fn put(&mut self, text: &str) -> Result<(), Unwritable> {
        Ok(self.push(text)?)
    }

    fn put_escaped(&mut self, part: &str, length: usize) -> Result<(), Unwritable> {
        self.make_room(length)?;
        let mut from = 0;
        // What is escaped is ASCII, so the cuts fall between characters.
        for (at, byte) in part.bytes().enumerate() {
            if escaped(byte) > 1 {
                self.push(&part[from..at])?;
                let (escape, length) = escape(byte);
                // ASCII alone is escaped, by ASCII.
                self.push(std::str::from_utf8(&escape[..length]).unwrap_or_default())?;
                from = at + 1;
            }
        }
        Ok(self.push(&part[from..])?)
    }
}

/// A value that cannot be written, and where: the steps come from the innermost outwards.
struct Unwritable {
    why: String,
    steps: Vec<String>,
    is_of_all: bool,
}

impl Unwritable {
    fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            steps: Vec::new(),
            is_of_all: false,
        }
    }

    /// Of the value as a whole, wherever it shows.
    fn of_all(why: String) -> Self {
        Self {
            is_of_all: true,
            ..Self::new(why)
        }
    }

    fn at(mut self, step: String) -> Self {
        if !self.is_of_all {
            self.steps.push(step);
        }
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
impl From<Error> for Unwritable {
    fn from(stop: Error) -> Self {
        Self::new(stop.message)
    }
}

fn put(
    value: &Value,
    out: &mut impl Out,
    meter: &dyn Meter,
    depth: usize,
) -> Result<(), Unwritable> {
    meter.work(16)?;
    match value {
        Value::Nil => out.put("null")?,
        Value::Bool(true) => out.put("true")?,
        Value::Bool(false) => out.put("false")?,
        Value::Int(number) if is_safe(*number) => out.put(Digits::of_integer(*number).as_str())?,
        Value::Int(number) => {
            return Err(Unwritable::new(format!(
                "the integer {number} is beyond ±(2^53−1)"
            )));
        }
        Value::Float(number) if number.is_finite() => {
            out.put(Digits::of_float(*number).as_str())?
        }
        Value::Float(number) => return Err(Unwritable::new(format!("JSON has no {number}"))),
        Value::Str(text) => string(text, out, meter)?,
        Value::Bytes(_) => return Err(Unwritable::new("JSON has no strings that are not UTF-8")),
        Value::Array(_) | Value::Object(_) if depth == VALUE_DEPTH => {
            return Err(Unwritable::new(format!(
                "it nests deeper than {VALUE_DEPTH} levels"
            )));
        }
        Value::Array(items) => {
            out.put("[")?;
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.put(",")?;
                }
                // Positions count from 1, as in the Lua tables that these values come from.
                put(item, out, meter, depth + 1)
                    .map_err(|fault| fault.at(format!("[{}]", index + 1)))?;
            }
            out.put("]")?;
        }
        Value::Object(fields) => {
            out.put("{")?;
            for (index, (key, field)) in fields.iter().enumerate() {
                if index > 0 {
                    out.put(",")?;
                }
                string(key, out, meter)?;
                out.put(":")?;
                put(field, out, meter, depth + 1).map_err(|fault| fault.at(step(key)))?;
            }
            out.put("}")?;
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

/// The text as a JSON string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = Text::new(&Unmetered);
    // It takes everything.
    let _ = string(text, &mut out, &Unmetered);
    out.into_string()
}

/// How many bytes of a string are written without a word to the meter.
const STRETCH: usize = 16 * 1024;

fn string(mut text: &str, out: &mut impl Out, meter: &dyn Meter) -> Result<(), Unwritable> {
    out.put("\"")?;
    while !text.is_empty() {
        let (part, rest) = text.split_at(text.floor_char_boundary(STRETCH));
        let length = part.bytes().map(escaped).sum();
        meter.work((part.len() + length) >> 2)?;
        match length == part.len() {
            true => out.put(part)?,
            false => out.put_escaped(part, length)?,
        }
        text = rest;
    }
    out.put("\"")
}

/// How many bytes each byte of a string takes.
static ESCAPED: [u8; 256] = {
    let mut lengths = [1; 256];
    let mut byte = 0;
    while byte < 0x20 {
        lengths[byte] = 6;
        byte += 1;
    }
    let short = b"\"\\\n\r\t\x08\x0c";
    let mut at = 0;
    while at < short.len() {
        lengths[short[at] as usize] = 2;
        at += 1;
    }
    lengths
};

fn escaped(byte: u8) -> usize {
    ESCAPED[usize::from(byte)].into()
}

/// The escape of a byte that takes one.
fn escape(byte: u8) -> ([u8; 6], usize) {
    let short = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        0..0x20 => {
            let digit = |value: usize| b"0123456789abcdef"[value & 15];
            let value = usize::from(byte);
            return (
                [b'\\', b'u', b'0', b'0', digit(value >> 4), digit(value)],
                6,
            );
        }
        byte => byte,
    };
    ([b'\\', short, 0, 0, 0, 0], 2)
}
