//! All against the C library of the machine, or Rust's own.

use super::{print::lua_print, read, read::lua_strtod, time};
use proptest::prelude::*;
use std::ffi::{CStr, CString, c_char, c_int, c_long};

unsafe extern "C" {
    fn snprintf(buffer: *mut u8, size: usize, format: *const c_char, ...) -> c_int;
    fn strtod(text: *const c_char, end: *mut *mut c_char) -> f64;
    fn strftime(
        buffer: *mut u8,
        size: usize,
        format: *const c_char,
        time: *const time::Time,
    ) -> usize;
    fn gmtime_r(seconds: *const c_long, time: *mut [c_int; 16]) -> *const time::Time;
}

/// As long as Lua's longest.
type Buffer = [u8; 420];

fn text(buffer: &Buffer) -> &CStr {
    CStr::from_bytes_until_nul(buffer).expect("it ends")
}

/// Prints it both ways.
fn check(format: &str, value: f64) {
    let format = CString::new(format).expect("a format");
    let (mut ours, mut theirs): (Buffer, Buffer) = ([1; 420], [1; 420]);
    // SAFETY: the format takes a float.
    let lengths = unsafe {
        (
            lua_print(ours.as_mut_ptr(), 420, format.as_ptr(), value.to_bits()),
            snprintf(theirs.as_mut_ptr(), 420, format.as_ptr(), value),
        )
    };
    assert_eq!(text(&ours), text(&theirs), "{format:?} of {value:e}");
    assert_eq!(lengths.0, lengths.1);
}

fn check_integer(format: &str, value: i64) {
    let format = CString::new(format).expect("a format");
    let (mut ours, mut theirs): (Buffer, Buffer) = ([1; 420], [1; 420]);
    // SAFETY: the format takes an integer of 64 bits.
    unsafe {
        lua_print(
            ours.as_mut_ptr(),
            420,
            format.as_ptr(),
            value.cast_unsigned(),
        );
        snprintf(theirs.as_mut_ptr(), 420, format.as_ptr(), value);
    }
    assert_eq!(text(&ours), text(&theirs), "{format:?} of {value}");
}

/// Reads it both ways.
fn check_read(number: &str) {
    let number = CString::new(number).expect("a number");
    let read = |read: unsafe extern "C" fn(*const c_char, *mut *mut c_char) -> f64| {
        let mut end = std::ptr::null_mut();
        // SAFETY: a C string, and a place.
        let value = unsafe { read(number.as_ptr(), &raw mut end) };
        (value.to_bits(), end)
    };
    assert_eq!(read(lua_strtod), read(strtod), "{number:?}");
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-1_000_000i32..1_000_000, 0..7)
            .prop_map(|(number, places)| f64::from(number) / 10f64.powi(places)),
        prop::sample::select(vec![
            0.0,
            -0.0,
            0.5,
            1.5,
            2.5,
            9.5,
            0.05,
            99.95,
            1e15,
            1e16,
            123_456_789.0,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ]),
    ]
}

fn spec() -> impl Strategy<Value = String> {
    (
        "[-+ #0]{0,4}",
        prop::option::of(0..=99),
        prop::option::of(0..=99),
    )
        .prop_map(|(flags, width, precision)| {
            let number =
                |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
            let point = if precision.is_some() { "." } else { "" };
            format!(
                "%{flags}{}{point}{}",
                number(width.filter(|width| *width > 0)),
                number(precision)
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn given_a_float_then_it_prints_as_in_c(spec in spec(), conversion in "[aAeEfFgG]", value in float()) {
        // The GNU library's hexadecimal is not normal where the float is not.
        prop_assume!(!conversion.eq_ignore_ascii_case("a") || !value.is_subnormal());
        check(&format!("{spec}{conversion}"), value);
        check("%.14g", value);
    }

    #[test]
    fn given_an_integer_then_it_prints_as_in_c(spec in spec(), conversion in "[dioxXu]", value in any::<i64>(), few in 0..64) {
        check_integer(&format!("<{spec}ll{conversion}>"), value >> few);
    }

    #[test]
    fn given_a_float_then_it_reads_as_it_was_printed(value in float()) {
        prop_assume!(value.is_finite());
        check_read(&format!("{value:e}"));
        check_read(&format!("{value}"));
        check_read(&format!("{value:.30e}"));
        prop_assert_eq!(read(format!("{value:e}").as_bytes()).map(|(value, _)| value), Some(value));
    }

    #[test]
    fn given_the_middle_of_two_floats_then_it_reads_as_in_c(bits in 0..0x7fe0_0000_0000_0000u64, change in "[0-9]?") {
        // Twice as many digits as the lower one has, and exact.
        let (low, high) = (f64::from_bits(bits), f64::from_bits(bits + 1));
        let middle = middle(low, high);
        check_read(&format!("{middle}{change}"));
    }

    #[test]
    fn given_anything_like_a_number_then_it_reads_as_in_c(
        number in "[ \t\x0b]{0,2}[-+]?(0x)?[0-9a-f]{0,20}[.]?[0-9]{0,40}([eEpP][-+]?[0-9]{0,4})?[a-f.]?",
    ) {
        // The other library knows infinities and what is no number, and Lua does not ask for them.
        check_read(&number);
    }

    #[test]
    fn given_a_long_number_then_it_reads_as_in_c(number in "[0-9]{300,900}[.][0-9]{0,900}", power in -1300..400) {
        check_read(&format!("{number}e{power}"));
    }

    #[test]
    fn given_a_time_then_it_prints_as_in_c(seconds in -30_000_000_000i64..200_000_000_000) {
        let plain = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyY%".chars().map(|conversion| format!("%{conversion}"));
        let eras = "cCxXyY".chars().map(|conversion| format!("%E{conversion}"));
        let digits = "deHImMSuUVwWy".chars().map(|conversion| format!("%O{conversion}"));
        for format in plain.chain(eras).chain(digits) {
            let format = CString::new(format).expect("a format");
            let (mut ours, mut theirs): (Buffer, Buffer) = ([1; 420], [1; 420]);
            let mut time = [0; 16];
            // SAFETY: the time is longer than C's.
            unsafe {
                let time = gmtime_r(&raw const seconds, &raw mut time);
                time::lua_strftime(ours.as_mut_ptr(), 420, format.as_ptr(), time);
                strftime(theirs.as_mut_ptr(), 420, format.as_ptr(), time);
            }
            assert_eq!(text(&ours), text(&theirs), "{format:?} of {seconds}");
        }
    }
}

/// The exact decimal digits of the middle of two neighbours.
fn middle(low: f64, high: f64) -> String {
    // A tenth of a digit more than the last binary one: half of what differs.
    let digits = |number: f64| format!("{number:.1080}").replace('.', "").into_bytes();
    let (low, high) = (digits(low), digits(high));
    let width = low.len().max(high.len());
    let at = |digits: &[u8], place: usize| {
        place
            .checked_sub(width - digits.len())
            .map_or(0, |place| u32::from(digits[place] - b'0'))
    };
    let mut carry = 0;
    let mut sum: Vec<u32> = (0..width)
        .rev()
        .map(|place| {
            carry += at(&low, place) + at(&high, place);
            let digit = carry % 10;
            carry /= 10;
            digit
        })
        .collect();
    sum.push(carry);
    sum.reverse();
    let mut rest = 0;
    let half: String = sum
        .iter()
        .map(|digit| {
            rest = rest * 10 + digit;
            let digit = rest / 2;
            rest %= 2;
            char::from_digit(digit, 10).expect("a digit")
        })
        .collect();
    let (whole, fraction) = half.split_at(half.len() - 1080);
    format!("{whole}.{fraction}")
}

#[test]
fn given_text_and_characters_then_they_print_as_in_c() {
    let mut buffer: Buffer = [1; 420];
    for (format, value, expected) in [
        (c"%s", c"text".as_ptr() as u64, c"text"),
        (c"<%-7.3s>", c"text".as_ptr() as u64, c"<tex    >"),
        (c"<%7s>", c"text".as_ptr() as u64, c"<   text>"),
        (c"<%5c>", 65, c"<    A>"),
        (c"\\%03d", 7, c"\\007"),
    ] {
        // SAFETY: the format takes what is given.
        unsafe { lua_print(buffer.as_mut_ptr(), 420, format.as_ptr(), value) };
        assert_eq!(text(&buffer), expected);
    }
}
