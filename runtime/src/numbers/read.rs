//! Floats from text, to the nearest. Rust's own way has a table of 10 KB.

use std::ffi::{CStr, c_char};

/// So many digits may matter, and then whether what follows is zero.
const DIGITS: usize = 800;

/// Up to here powers of ten are exact floats.
const EXACT_POWER: u64 = 22;

/// The number that a text begins with, as C has it in the locale "C" (but for infinities and what is
/// no number), and its length.
#[must_use]
pub fn read(text: &[u8]) -> Option<(f64, usize)> {
    let mut rest = text.trim_ascii_start();
    // C knows one more space.
    while let [b' ' | 9..=13, after @ ..] = rest {
        rest = after;
    }
    let negative = rest.first() == Some(&b'-');
    if let [b'-' | b'+', after @ ..] = rest {
        rest = after;
    }
    let number = match rest {
        [b'0', b'x' | b'X', digits @ ..] => hexadecimal(digits),
        _ => None,
    };
    let (size, rest) = number.or_else(|| decimal(rest))?;
    let number = if negative { -size } else { size };
    Some((number, text.len() - rest.len()))
}

/// `strtod` for Lua.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn lua_strtod(text: *const c_char, end: *mut *mut c_char) -> f64 {
    // SAFETY: Lua passes a C string, and a place for where the number ends.
    unsafe {
        let (number, length) = read(CStr::from_ptr(text).to_bytes()).unwrap_or_default();
        *end = text.cast_mut().add(length);
        number
    }
}

/// The digits before and after the point, and what follows them.
fn digits(text: &[u8], digit: fn(&u8) -> bool) -> Option<(&[u8], &[u8], &[u8])> {
    let run = |text: &[u8]| text.iter().take_while(|byte| digit(byte)).count();
    let (whole, mut rest) = text.split_at(run(text));
    let mut fraction: &[u8] = &[];
    if let [b'.', after @ ..] = rest {
        (fraction, rest) = after.split_at(run(after));
    }
    (!whole.is_empty() || !fraction.is_empty()).then_some((whole, fraction, rest))
}

/// An exponent, if there is one, and what follows it.
fn exponent(text: &[u8], letter: u8) -> (i64, &[u8]) {
    let [first, after @ ..] = text else {
        return (0, text);
    };
    let (negative, after) = match after {
        [b'-', after @ ..] => (true, after),
        [b'+', after @ ..] => (false, after),
        _ => (false, after),
    };
    let length = after
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if first.to_ascii_lowercase() != letter || length == 0 {
        return (0, text);
    }
    let size = after[..length].iter().fold(0i64, |size, digit| {
        // Beyond, no text is long enough to matter.
        (size * 10 + i64::from(digit - b'0')).min(1 << 40)
    });
    (if negative { -size } else { size }, &after[length..])
}

fn hexadecimal(text: &[u8]) -> Option<(f64, &[u8])> {
    let (whole, fraction, rest) = digits(text, u8::is_ascii_hexdigit)?;
    let (mut power, rest) = exponent(rest, b'p');
    power -= 4 * count(fraction);
    let (mut bits, mut more) = (0u64, false);
    for digit in whole.iter().chain(fraction) {
        let digit = (*digit as char).to_digit(16).unwrap_or_default();
        if bits >> 60 == 0 {
            bits = bits << 4 | u64::from(digit);
        } else {
            power += 4;
            more |= digit != 0;
        }
    }
    Some((nearest(bits, power, more), rest))
}

fn decimal(text: &[u8]) -> Option<(f64, &[u8])> {
    let (whole, fraction, rest) = digits(text, u8::is_ascii_digit)?;
    let (power, rest) = exponent(rest, b'e');
    let power = power - count(fraction);
    let all = || {
        let digits = whole.iter().chain(fraction).map(|digit| digit - b'0');
        digits.skip_while(|digit| *digit == 0)
    };
    if power.unsigned_abs() <= EXACT_POWER && all().count() < 17 {
        let number = all().fold(0, |number, digit| number * 10 + u64::from(digit));
        if number < 1 << 53 {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let number = number as f64;
            let scale = (0..power.unsigned_abs()).fold(1.0, |scale, _| scale * 10.0);
            // Both are exact, so the result is the nearest.
            let number = if power < 0 {
                number / scale
            } else {
                number * scale
            };
            return Some((number, rest));
        }
    }
    Some((scaled(all(), power), rest))
}

/// The float nearest to digits times a power of ten.
fn scaled(digits: impl Iterator<Item = u8>, mut power: i64) -> f64 {
    let (mut big, mut taken, mut more) = (Big::default(), 0, false);
    for digit in digits {
        if taken < DIGITS {
            big.multiply(10, digit.into());
            taken += 1;
        } else {
            power += 1;
            more |= digit != 0;
        }
    }
    let order = power.saturating_add(i64::try_from(taken).unwrap_or_default());
    if taken == 0 || order < -400 {
        return 0.0;
    }
    if order > 400 {
        return f64::INFINITY;
    }
    let mut left = power.unsigned_abs();
    let mut exponent = 0;
    if power < 0 {
        // A word for each nine digits that go, and three that stay.
        let words = usize::try_from(left).unwrap_or_default() / 9 + 4;
        big.0.splice(0..0, std::iter::repeat_n(0, words));
        exponent = -32 * i64::try_from(words).unwrap_or_default();
    }
    while left > 0 {
        let step = left.min(9);
        let scale = (0..step).fold(1, |scale, _| scale * 10);
        if power < 0 {
            more |= big.divide(scale) != 0;
        } else {
            big.multiply(scale, 0);
        }
        left -= step;
    }
    big.nearest(exponent, more)
}

/// A whole number of any size, its lowest word first.
#[derive(Default)]
struct Big(Vec<u32>);

#[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
impl Big {
    fn multiply(&mut self, by: u64, mut carry: u64) {
        for word in &mut self.0 {
            carry += u64::from(*word) * by;
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Gives the rest.
    fn divide(&mut self, by: u64) -> u64 {
        let mut rest = 0;
        for word in self.0.iter_mut().rev() {
            rest = rest << 32 | u64::from(*word);
            *word = (rest / by) as u32;
            rest %= by;
        }
        rest
    }

    /// This times a power of two, with `more` behind it or nothing.
    fn nearest(&self, mut exponent: i64, mut more: bool) -> f64 {
        let mut bits = 0u64;
        for word in self.0.iter().rev() {
            // As many of the word's bits as there is room for.
            let room = bits.leading_zeros().min(32);
            bits = bits << room | u64::from(*word) >> (32 - room);
            exponent += i64::from(32 - room);
            more |= u64::from(*word) & ((1 << (32 - room)) - 1) != 0;
        }
        nearest(bits, exponent, more)
    }
}

/// The float nearest to `bits` times a power of two, with `more` behind the bits or nothing. All 64
/// bits count where there is more.
fn nearest(bits: u64, exponent: i64, more: bool) -> f64 {
    const HIDDEN: i64 = 52;
    let Some(zeros) = std::num::NonZero::new(bits).map(|bits| bits.leading_zeros()) else {
        return 0.0;
    };
    let bits = bits << zeros;
    // Where the exponent of a normal float is at least 1.
    let biased = exponent - i64::from(zeros) + 63 + 1023;
    if biased > 2046 {
        return f64::INFINITY;
    }
    let cut = 11 + (1 - biased).max(0);
    if cut > 64 {
        return 0.0;
    }
    let wide = u128::from(bits);
    let kept = (wide >> cut) as u64;
    let (rest, half) = (wide & ((1 << cut) - 1), 1 << (cut - 1));
    let up = rest > half || rest == half && (more || kept & 1 == 1);
    let base = (biased - 1).max(0) << HIDDEN;
    f64::from_bits(base.unsigned_abs() + kept + u64::from(up))
}

fn count(digits: &[u8]) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}
