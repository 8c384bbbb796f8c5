//! `strftime` for Lua: a time of UTC in the locale "C". Nothing else knows of zones here.

use super::text::Text;
use std::ffi::{CStr, c_char, c_int};
use std::fmt::Write;

const DAYS: &str = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";
const MONTHS: &str =
    "January February March April May June July August September October November December";

/// How C's `struct tm` begins.
#[repr(C)]
pub(super) struct Time {
    second: c_int,
    minute: c_int,
    hour: c_int,
    day: c_int,
    month: c_int,
    /// Since 1900.
    year: c_int,
    weekday: c_int,
    day_of_year: c_int,
}

/// # Safety
/// The buffer has that size, the format is a C string, and the time is one of C's.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn lua_strftime(
    buffer: *mut u8,
    size: usize,
    format: *const c_char,
    time: *const Time,
) -> usize {
    // SAFETY: as above.
    let (mut out, format, time) = unsafe {
        (
            Text::new(std::slice::from_raw_parts_mut(buffer, size)),
            CStr::from_ptr(format).to_bytes(),
            &*time,
        )
    };
    put(&mut out, format, time);
    usize::try_from(out.finish()).unwrap_or_default()
}

fn put(out: &mut Text, format: &[u8], time: &Time) {
    let mut rest = format;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        // Other digits and eras, which this locale lacks.
        while let [b'E' | b'O', after @ ..] = rest {
            rest = after;
        }
        if let [conversion, after @ ..] = rest {
            rest = after;
            convert(out, *conversion, time);
        }
    }
}

fn convert(out: &mut Text, conversion: u8, time: &Time) {
    let year = i64::from(time.year) + 1900;
    let from_monday = (time.weekday + 6) % 7;
    let (number, width) = match conversion {
        b'a' => return out.extend(&name(DAYS, time.weekday)[..3]),
        b'A' => return out.extend(name(DAYS, time.weekday)),
        b'b' | b'h' => return out.extend(&name(MONTHS, time.month)[..3]),
        b'B' => return out.extend(name(MONTHS, time.month)),
        b'c' => return put(out, b"%a %b %e %T %Y", time),
        b'D' | b'x' => return put(out, b"%m/%d/%y", time),
        b'F' => return put(out, b"%Y-%m-%d", time),
        b'r' => return put(out, b"%I:%M:%S %p", time),
        b'R' => return put(out, b"%H:%M", time),
        b'T' | b'X' => return put(out, b"%H:%M:%S", time),
        b'e' => {
            let _ = write!(out, "{:2}", time.day);
            return;
        }
        b'n' => return out.push(b'\n'),
        b'p' => return out.extend(if time.hour < 12 { b"AM" } else { b"PM" }),
        b't' => return out.push(b'\t'),
        b'z' => return out.extend(b"+0000"),
        b'Z' => return out.extend(b"UTC"),
        b'C' => (year.div_euclid(100), 2),
        b'd' => (time.day.into(), 2),
        b'g' => (week(time).0.rem_euclid(100), 2),
        b'G' => (week(time).0, 4),
        b'H' => (time.hour.into(), 2),
        b'I' => (i64::from((time.hour + 11) % 12 + 1), 2),
        b'j' => (i64::from(time.day_of_year + 1), 3),
        b'm' => (i64::from(time.month + 1), 2),
        b'M' => (time.minute.into(), 2),
        b'S' => (time.second.into(), 2),
        b'u' => (i64::from(from_monday + 1), 1),
        b'U' => (i64::from((time.day_of_year + 7 - time.weekday) / 7), 2),
        b'V' => (week(time).1, 2),
        b'w' => (time.weekday.into(), 1),
        b'W' => (i64::from((time.day_of_year + 7 - from_monday) / 7), 2),
        b'y' => (year.rem_euclid(100), 2),
        b'Y' => (year, 4),
        _ => return out.push(conversion),
    };
    let _ = write!(out, "{number:0width$}");
}

/// ISO 8601's year and week: those of the week's Thursday.
fn week(time: &Time) -> (i64, i64) {
    let year = i64::from(time.year) + 1900;
    let days = |year: i64| {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if leap { 366 } else { 365 }
    };
    let thursday = i64::from(time.day_of_year - (time.weekday + 6) % 7 + 3);
    let (year, day) = if thursday < 0 {
        (year - 1, thursday + days(year - 1))
    } else if thursday >= days(year) {
        (year + 1, thursday - days(year))
    } else {
        (year, thursday)
    };
    (year, day / 7 + 1)
}

fn name(names: &str, index: c_int) -> &[u8] {
    let index = usize::try_from(index).unwrap_or_default();
    names.split(' ').nth(index).unwrap_or("???").as_bytes()
}
