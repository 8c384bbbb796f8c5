//! `snprintf` for Lua: one value in the locale "C".

use super::text::Text;
use std::ffi::{CStr, c_char, c_int};
use std::fmt::Write;

/// How a value is printed.
#[derive(Default)]
struct Spec {
    left: bool,
    plus: bool,
    space: bool,
    alternative: bool,
    zeros: bool,
    width: usize,
    precision: Option<usize>,
}

/// Prints `value`, which the format says how to take: an integer, a float's bits, or a pointer.
///
/// # Safety
/// The buffer has that size, the format is a C string, and so is what it takes for one.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn lua_print(
    buffer: *mut u8,
    size: usize,
    format: *const c_char,
    value: u64,
) -> c_int {
    // SAFETY: as above.
    let (buffer, format) = unsafe {
        (
            std::slice::from_raw_parts_mut(buffer, size),
            CStr::from_ptr(format).to_bytes(),
        )
    };
    let mut out = Text::new(buffer);
    let mut rest = format;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let spec = Spec::read(&mut rest);
        if let [conversion, after @ ..] = rest {
            rest = after;
            // SAFETY: as above.
            unsafe { put(&mut out, *conversion, &spec, value) }
        }
    }
    out.finish()
}

impl Spec {
    fn read(format: &mut &[u8]) -> Self {
        let mut spec = Self::default();
        while let [byte, after @ ..] = *format {
            match byte {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternative = true,
                b'0' if spec.width == 0 && spec.precision.is_none() => spec.zeros = true,
                b'0'..=b'9' => {
                    let number = spec.precision.as_mut().unwrap_or(&mut spec.width);
                    *number = *number * 10 + usize::from(byte - b'0');
                }
                b'.' => spec.precision = Some(0),
                // Lua's integers are as long as it gets.
                b'l' => {}
                _ => break,
            }
            *format = after;
        }
        spec
    }
}

/// # Safety
/// A pointer to a C string is one.
unsafe fn put(out: &mut Text, conversion: u8, spec: &Spec, value: u64) {
    let start = out.len();
    let small = conversion.to_ascii_lowercase();
    let float = f64::from_bits(value);
    let negative = match small {
        b'd' | b'i' => value.cast_signed() < 0,
        b'a' | b'e' | b'f' | b'g' => float.is_sign_negative(),
        _ => false,
    };
    let signed = matches!(small, b'd' | b'i' | b'a' | b'e' | b'f' | b'g');
    match (negative, spec.plus, spec.space) {
        (true, ..) => out.push(b'-'),
        (_, true, _) if signed => out.push(b'+'),
        (.., true) if signed => out.push(b' '),
        _ => {}
    }
    let mut zeros = spec.zeros;
    let mut middle = out.len();
    match small {
        b'd' | b'i' => integer(out, value.cast_signed().unsigned_abs(), 10, spec),
        b'u' => integer(out, value, 10, spec),
        b'o' => integer(out, value, 8, spec),
        b'x' | b'p' => {
            if small == b'p' || spec.alternative && value != 0 {
                out.extend(b"0x");
                middle += 2;
            }
            integer(out, value, 16, spec);
            if small == b'p' {
                // All digits of an address.
                let digits = 2 * size_of::<usize>();
                out.insert(middle, b'0', digits.saturating_sub(out.len() - middle));
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a character")]
        b'c' => out.push(value as u8),
        b's' => {
            #[expect(clippy::cast_possible_truncation, reason = "a pointer")]
            // SAFETY: as above.
            let text = unsafe { CStr::from_ptr(value as usize as *const c_char).to_bytes() };
            out.extend(&text[..text.len().min(spec.precision.unwrap_or(usize::MAX))]);
        }
        _ if float.is_nan() => out.extend(b"nan"),
        _ if float.is_infinite() => out.extend(b"inf"),
        b'a' => {
            out.extend(b"0x");
            middle += 2;
            hexadecimal(out, float.abs(), spec);
        }
        _ => decimal(out, small, float.abs(), spec),
    }
    zeros &= match small {
        b'a' | b'e' | b'f' | b'g' => float.is_finite(),
        _ => spec.precision.is_none(),
    };
    if conversion != small {
        out.upper_from(start);
    }
    let missing = spec.width.saturating_sub(out.len() - start);
    match (spec.left, zeros) {
        (true, _) => out.insert(out.len(), b' ', missing),
        (_, true) => out.insert(middle, b'0', missing),
        _ => out.insert(start, b' ', missing),
    }
}

fn integer(out: &mut Text, mut value: u64, base: u64, spec: &Spec) {
    let mut digits = [0; 22];
    let mut at = digits.len();
    while value > 0 {
        at -= 1;
        #[expect(clippy::cast_possible_truncation, reason = "below 16")]
        let digit = (value % base) as u8;
        digits[at] = digit + if digit < 10 { b'0' } else { b'a' - 10 };
        value /= base;
    }
    let digits = &digits[at..];
    let mut least = spec.precision.unwrap_or(1);
    if base == 8 && spec.alternative {
        least = least.max(digits.len() + 1);
    }
    out.insert(out.len(), b'0', least.saturating_sub(digits.len()));
    out.extend(digits);
}

/// `%e`, `%f` and `%g`; there is room for all that these write.
fn decimal(out: &mut Text, conversion: u8, number: f64, spec: &Spec) {
    let start = out.len();
    let precision = spec.precision.unwrap_or(6);
    let general = conversion == b'g';
    let digits = if general {
        precision.max(1) - 1
    } else {
        precision
    };
    if conversion == b'f' {
        let _ = write!(out, "{number:.digits$}");
    } else {
        let _ = write!(out, "{number:.digits$e}");
    }
    let exponent = (conversion != b'f').then(|| out.cut_exponent());
    if digits == 0 && spec.alternative {
        out.push(b'.');
    }
    let Some(exponent) = exponent else {
        return;
    };
    let fixed = general && (-4..=i32::try_from(digits).unwrap_or_default()).contains(&exponent);
    if fixed {
        out.move_point(start, exponent);
    }
    if general && !spec.alternative {
        out.trim_fraction(start);
    }
    if !fixed {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "e{sign}{:02}", exponent.unsigned_abs());
    }
}

/// `%a`, after the `0x`: a 1, and the fraction's digits, as many as it takes if nothing is said.
fn hexadecimal(out: &mut Text, number: f64, spec: &Spec) {
    const FRACTION: u32 = 52;
    const DIGITS: usize = 13;
    let bits = number.to_bits();
    let mut digits = bits & ((1 << FRACTION) - 1);
    let mut power = (bits >> FRACTION).cast_signed() - 1023;
    if power > -1023 {
        digits |= 1 << FRACTION;
    } else if digits > 0 {
        let zeros = digits.leading_zeros() - (63 - FRACTION);
        digits <<= zeros;
        power = -1022 - i64::from(zeros);
    } else {
        power = 0;
    }
    let behind = (DIGITS * 4).min((digits | 1 << FRACTION).trailing_zeros() as usize) / 4;
    let count = spec.precision.unwrap_or(DIGITS - behind);
    if count < DIGITS {
        // To the nearest, a half to an even digit.
        let cut = 4 * (DIGITS - count);
        let half = 1 << (cut - 1);
        let (kept, rest) = (digits >> cut, digits & (2 * half - 1));
        digits = (kept + u64::from(rest > half || rest == half && kept & 1 == 1)) << cut;
    }
    let _ = write!(out, "{}", digits >> FRACTION);
    if count > 0 || spec.alternative {
        out.push(b'.');
    }
    for _ in 0..count {
        digits = (digits & ((1 << FRACTION) - 1)) << 4;
        let _ = write!(out, "{:x}", digits >> FRACTION);
    }
    let _ = write!(out, "p{power:+}");
}
