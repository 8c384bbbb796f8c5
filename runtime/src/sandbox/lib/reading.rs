//! The input of a script, which the page gives for its run piece by piece.

use crate::protocol::{Error, Value};
use crate::sandbox::context::Context;
use crate::sandbox::context::reply::Reply;
use futures::future::LocalBoxFuture;

/// The longest numeral, as in stock Lua.
const LONGEST_NUMERAL: usize = 200;

/// A format of `file:read`, as the manual has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Format {
    /// `n`: a numeral.
    Number,
    /// `l`: a line, without its end.
    Line,
    /// `L`: a line with its end.
    WholeLine,
    /// `a`: all there is.
    All,
    /// So many bytes, or fewer at the end.
    Bytes(usize),
}

impl Format {
    /// So many bytes; C takes fewer than none for very many.
    pub(in crate::sandbox) fn bytes(count: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what is too large saturates"
        )]
        Self::Bytes(if count < 0.0 {
            usize::MAX
        } else {
            count as usize
        })
    }

    /// What a text asks for; as in stock Lua a `*` may stand before, and anything behind.
    pub(in crate::sandbox) fn parse(text: &[u8]) -> Option<Self> {
        match text.strip_prefix(b"*").unwrap_or(text).first()? {
            b'n' => Some(Self::Number),
            b'l' => Some(Self::Line),
            b'L' => Some(Self::WholeLine),
            b'a' => Some(Self::All),
            _ => None,
        }
    }
}

/// Asks the page for more; false at the end of the input.
fn fill(context: &Context) -> LocalBoxFuture<'_, Result<bool, Error>> {
    Box::pin(async move {
        let input = &context.input;
        if input.ended.get() {
            return Ok(false);
        }
        let Some(piece) = context.host.input(context.run).await? else {
            input.ended.set(true);
            return Ok(false);
        };
        if piece.len() > context.limits.memory_bytes.saturating_sub(input.left()) {
            return Err(context.memory_exhausted());
        }
        input.add(&piece);
        Ok(true)
    })
}

/// Reads by `formats`, to the first that finds nothing: its value is nil, and the last. What the
/// page's input fails with comes as stock Lua tells a failed read: nil, a message and a number.
///
/// # Errors
/// When the run is to end.
pub(in crate::sandbox) async fn read(
    context: &Context,
    formats: Vec<Format>,
) -> Result<Reply, Error> {
    const INPUT_OUTPUT_ERROR: i64 = 5;
    let mut values = Vec::with_capacity(formats.len());
    for format in formats {
        let value = match read_one(context, format).await {
            Ok(value) => value,
            Err(error) if context.stop.is_set() => return Err(error),
            Err(error) => {
                let number = Value::Int(INPUT_OUTPUT_ERROR);
                return Ok(Reply::Many(vec![
                    Reply::Nil,
                    Reply::Value(Value::Str(error.message)),
                    Reply::Value(number),
                ]));
            }
        };
        let nothing = value.is_none();
        values.push(value.map_or(Reply::Nil, |bytes| Reply::Value(Value::Bytes(bytes))));
        if nothing {
            break;
        }
    }
    Ok(Reply::Many(values))
}

async fn read_one(context: &Context, format: Format) -> Result<Option<Vec<u8>>, Error> {
    match format {
        Format::Number => numeral(context).await.map(Some),
        Format::Line => line(context).await.map(|line| {
            line.map(|mut line| {
                line.pop_if(|last| *last == b'\n');
                line
            })
        }),
        Format::WholeLine => line(context).await,
        Format::All => {
            while fill(context).await? {}
            Ok(Some(context.input.take(usize::MAX)))
        }
        Format::Bytes(count) => {
            let input = &context.input;
            while input.left() < count.max(1) && fill(context).await? {}
            let is_end = input.left() == 0;
            Ok((!is_end).then(|| input.take(count)))
        }
    }
}

async fn line(context: &Context) -> Result<Option<Vec<u8>>, Error> {
    let input = &context.input;
    let mut searched = 0;
    loop {
        if let Some(end) = input.find(b'\n', searched) {
            return Ok(Some(input.take(end + 1)));
        }
        searched = input.left();
        if !fill(context).await? {
            return Ok((searched > 0).then(|| input.take(searched)));
        }
    }
}

/// The next byte, which stays; none at the end.
async fn peek(context: &Context) -> Result<Option<u8>, Error> {
    loop {
        if let Some(byte) = context.input.peek() {
            return Ok(Some(byte));
        }
        if !fill(context).await? {
            return Ok(None);
        }
    }
}

/// What begins like a numeral, as stock Lua reads one: the longest text that may be its beginning.
async fn numeral(context: &Context) -> Result<Vec<u8>, Error> {
    let (mut numeral, mut text) = (Numeral::default(), Vec::new());
    while let Some(byte) = peek(context).await? {
        let is_before = text.is_empty() && is_space(byte);
        if !is_before && (text.len() == LONGEST_NUMERAL || !numeral.takes(byte)) {
            break;
        }
        let taken = context.input.take(1);
        if !is_before {
            text.extend(taken);
        }
    }
    if text.len() == LONGEST_NUMERAL {
        text.clear();
    }
    Ok(text)
}

/// How far a numeral has been read.
#[derive(Default)]
struct Numeral {
    next: Next,
    is_hexadecimal: bool,
    has_digits: bool,
}

/// The characters that may come next in a numeral, or else the state behind them.
#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Sign,
    Zero,
    X,
    Digits,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    Nothing,
}

impl Numeral {
    /// Whether `byte` goes on with it.
    fn takes(&mut self, byte: u8) -> bool {
        loop {
            let (is_wanted, then, or_else) = match self.next {
                Next::Sign => (matches!(byte, b'+' | b'-'), Next::Zero, Next::Zero),
                Next::Zero => (byte == b'0', Next::X, Next::Digits),
                Next::X => {
                    self.is_hexadecimal = matches!(byte, b'x' | b'X');
                    self.has_digits = !self.is_hexadecimal;
                    (self.is_hexadecimal, Next::Digits, Next::Digits)
                }
                Next::Digits if byte == b'.' => (true, Next::Fraction, Next::Nothing),
                Next::Digits | Next::Fraction => {
                    let is_digit = self.is_digit(byte);
                    self.has_digits |= is_digit;
                    (is_digit, self.next, Next::Exponent)
                }
                Next::Exponent => {
                    let mark = if self.is_hexadecimal { b'p' } else { b'e' };
                    let is_mark = self.has_digits && byte.to_ascii_lowercase() == mark;
                    (is_mark, Next::ExponentSign, Next::Nothing)
                }
                Next::ExponentSign => {
                    let is_sign = matches!(byte, b'+' | b'-');
                    (is_sign, Next::ExponentDigits, Next::ExponentDigits)
                }
                Next::ExponentDigits => (byte.is_ascii_digit(), self.next, Next::Nothing),
                Next::Nothing => return false,
            };
            self.next = if is_wanted { then } else { or_else };
            if is_wanted {
                return true;
            }
        }
    }

    fn is_digit(&self, byte: u8) -> bool {
        if self.is_hexadecimal {
            byte.is_ascii_hexdigit()
        } else {
            byte.is_ascii_digit()
        }
    }
}

/// C's `isspace`.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}
