//! Parsing JSON.

use super::text::Text;
use super::{Meter, Unmetered, float, is_safe};
use crate::ledger::{block, grow};
use crate::protocol::limits::VALUE_DEPTH;
use crate::protocol::{Error, ErrorKind, Value};
use std::collections::BTreeMap;

/// The value of a JSON text. Numbers without fraction or exponent that fit an `i64` are
/// integers, except `-0`; of keys given twice, the last one counts.
///
/// # Errors
/// [`ErrorKind::Value`] for what is not JSON, holds a lone surrogate or a number beyond a
/// float's range, or nests deeper than [`VALUE_DEPTH`]; it names the byte where that shows.
pub fn parse(text: &str) -> Result<Value, Error> {
    parse_metered(text, &Unmetered)
}

/// As [`parse`], telling of its work, and of what the value takes.
///
/// # Errors
/// As [`parse`], and what `meter` fails with.
pub fn parse_metered(text: &str, meter: &dyn Meter) -> Result<Value, Error> {
    document(text, Integers::All, meter)
}

/// The value of a stored JSON text: as [`parse`], but integers beyond ±(2^53−1) are floats,
/// because they were JavaScript numbers.
///
/// # Errors
/// As [`parse`].
pub fn parse_stored(text: &str) -> Result<Value, Error> {
    parse_stored_metered(text, &Unmetered)
}

/// As [`parse_stored`], telling of its work, and of what the value takes.
///
/// # Errors
/// As [`parse`], and what `meter` fails with.
pub fn parse_stored_metered(text: &str, meter: &dyn Meter) -> Result<Value, Error> {
    document(text, Integers::Safe, meter)
}

#[derive(Clone, Copy)]
enum Integers {
    All,
    Safe,
}

/// How many bytes are looked at without a word to the meter.
const STRETCH: usize = 16 * 1024;

fn document(text: &str, integers: Integers, meter: &dyn Meter) -> Result<Value, Error> {
    let mut parser = Parser {
        text,
        at: 0,
        integers,
        meter,
    };
    let value = parser.value(0)?;
    parser.space()?;
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.error("something follows the value")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    integers: Integers,
    meter: &'a dyn Meter,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on as long as bytes are of this kind.
    fn pass(&mut self, kind: impl Fn(u8) -> bool) -> Result<(), Error> {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let stretch = &rest[..rest.len().min(STRETCH)];
            let passed = stretch.iter().take_while(|byte| kind(**byte)).count();
            self.at += passed;
            if passed < STRETCH {
                return Ok(());
            }
            self.meter.work(STRETCH >> 2)?;
        }
    }

    fn space(&mut self) -> Result<(), Error> {
        self.pass(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
    }

    fn error(&self, what: &str) -> Error {
        Error::new(
            ErrorKind::Value {
                path: "value".into(),
            },
            format!("invalid JSON at byte {}: {what}", self.at),
        )
    }

    /// Takes `byte` if it is next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        self.meter.work(8)?;
        self.space()?;
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::Str),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Nil),
            Some(_) => Err(self.error("a value is expected")),
            None => Err(self.error("the text ends where a value is expected")),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Error> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.error("a value is expected"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn enter(&mut self, depth: usize) -> Result<usize, Error> {
        if depth == VALUE_DEPTH {
            return Err(self.error(&format!("it nests deeper than {VALUE_DEPTH} levels")));
        }
        self.at += 1;
        self.space()?;
        Ok(depth + 1)
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        let depth = self.enter(depth)?;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            let item = self.value(depth)?;
            let (take, give) = (
                |bytes| self.meter.take(bytes),
                |bytes| self.meter.give(bytes),
            );
            grow(&mut items, take, give)?;
            items.push(item);
            self.space()?;
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            if !self.take(b',') {
                return Err(self.error("',' or ']' is expected"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        let depth = self.enter(depth)?;
        let mut fields = Fields::default();
        if self.take(b'}') {
            return Ok(Value::Object(fields.list));
        }
        loop {
            self.space()?;
            if self.peek() != Some(b'"') {
                return Err(self.error("a key is expected"));
            }
            let key = self.string()?;
            self.space()?;
            if !self.take(b':') {
                return Err(self.error("':' is expected"));
            }
            let value = self.value(depth)?;
            fields.add(key, value, self.meter)?;
            self.space()?;
            if self.take(b'}') {
                return Ok(Value::Object(fields.list));
            }
            if !self.take(b',') {
                return Err(self.error("',' or '}' is expected"));
            }
        }
    }

    fn digits(&mut self) -> Result<(), Error> {
        let from = self.at;
        self.pass(|byte| byte.is_ascii_digit())?;
        if self.at == from {
            Err(self.error("a digit is expected"))
        } else {
            Ok(())
        }
    }

    fn number(&mut self) -> Result<Value, Error> {
        let from = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut integral = true;
        if self.take(b'.') {
            integral = false;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            integral = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let digits = &self.text[from..self.at];
        if integral && digits != "-0" {
            let all = matches!(self.integers, Integers::All);
            if let Some(number) = digits.parse().ok().filter(|number| all || is_safe(*number)) {
                return Ok(Value::Int(number));
            }
        }
        self.meter.work(digits.len() * 2)?;
        let number = float::parse(digits);
        if number.is_finite() {
            Ok(Value::Float(number))
        } else {
            Err(self.error("the number is beyond a float's range"))
        }
    }

    fn string(&mut self) -> Result<String, Error> {
        self.at += 1;
        let mut text = Text::new(self.meter);
        loop {
            let from = self.at;
            self.pass(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')?;
            text.push(&self.text[from..self.at])?;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text.into_string());
                }
                Some(b'\\') => {
                    self.meter.work(1)?;
                    self.at += 1;
                    text.push(self.escape()?.encode_utf8(&mut [0; 4]))?;
                }
                Some(_) => return Err(self.error("a control character has to be escaped")),
                None => return Err(self.error("the text ends within a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Error> {
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => return self.unicode(),
            _ => {
                self.at -= 1;
                return Err(self.error("the escape is unknown"));
            }
        })
    }

    fn unicode(&mut self) -> Result<char, Error> {
        let high = self.hex()?;
        let code = if (0xd800..0xdc00).contains(&high)
            && self.text.as_bytes()[self.at..].starts_with(b"\\u")
        {
            self.at += 2;
            let low = self.hex()?;
            match low.checked_sub(0xdc00) {
                Some(low) if low < 0x400 => 0x10000 + ((high - 0xd800) << 10) + low,
                _ => high,
            }
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.error("a lone surrogate is not a character"))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let digits = self
            .text
            .as_bytes()
            .get(self.at..self.at + 4)
            .unwrap_or_default();
        let mut code = 0;
        for digit in digits {
            match char::from(*digit).to_digit(16) {
                Some(digit) => code = code * 16 + digit,
                None => return Err(self.error("four hexadecimal digits are expected")),
            }
        }
        if digits.len() < 4 {
            return Err(self.error("four hexadecimal digits are expected"));
        }
        self.at += 4;
        Ok(code)
    }
}

/// An object's fields in order of their first appearance.
#[derive(Default)]
struct Fields {
    list: Vec<(String, Value)>,
    /// Where each key is; kept once the list is too long to look through. No hash: a script could
    /// choose keys that have the same.
    places: BTreeMap<String, usize>,
}

impl Fields {
    const FEW: usize = 16;
    /// About what a place takes besides its key.
    const PLACE_BYTES: usize = 32;

    fn add(&mut self, key: String, value: Value, meter: &dyn Meter) -> Result<(), Error> {
        if self.list.len() == Self::FEW && self.places.is_empty() {
            for (at, (key, _)) in self.list.iter().enumerate() {
                meter.take(block(key.len()) + Self::PLACE_BYTES)?;
                self.places.insert(key.clone(), at);
            }
        }
        let known = if self.places.is_empty() {
            self.list.iter().position(|(other, _)| *other == key)
        } else {
            self.places.get(&key).copied()
        };
        if let Some(at) = known {
            self.list[at].1 = value;
            return Ok(());
        }
        grow(
            &mut self.list,
            |bytes| meter.take(bytes),
            |bytes| meter.give(bytes),
        )?;
        if !self.places.is_empty() {
            meter.take(block(key.len()) + Self::PLACE_BYTES)?;
            self.places.insert(key.clone(), self.list.len());
        }
        self.list.push((key, value));
        Ok(())
    }
}
