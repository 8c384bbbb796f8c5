//! `os.date` and `os.time` in the reader's time zone: broken-down time as C's `localtime` and
//! `mktime` give it, made from the offsets that the platform knows.

use crate::platform::Platform;
use crate::sandbox::context::Context;
use crate::sandbox::context::tank;
use mlua::ffi;
use std::ffi::c_int;

const DAY_SECONDS: i64 = 86_400;
/// C counts years from here.
const TM_YEAR_BASE: i64 = 1900;
/// The distance between probes, in seconds: no summer time and no time between two is shorter (as in the GNU C library).
const STRIDE_SECONDS: i64 = 601_200;
const FARTHEST_STRIDES: i64 = 381;
/// From any day of a summer time, one of them leads to a winter; no summer time lasts ten months.
const DAYS_TO_WINTER: [i64; 4] = [182, 111, 243, 304];
/// The most that clocks are put forward by, in seconds.
const LARGEST_SUMMER_SECONDS: i64 = 3 * 3600;
/// How many of them no summer and no winter time is shorter than.
const STRIDES_OF_A_SEASON: usize = 8;
/// A browser takes about a microsecond to tell an offset.
const OFFSET_FUEL_BYTES: usize = 100 << 4;
/// Steps towards the time with the wanted fields.
const PROBES: u32 = 6;

/// The fields of C's `struct tm` in its order, and the seconds that local time is ahead of UTC.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Broken {
    sec: c_int,
    min: c_int,
    hour: c_int,
    mday: c_int,
    mon: c_int,
    year: c_int,
    wday: c_int,
    yday: c_int,
    isdst: c_int,
    offset: c_int,
}

/// The days from 1970-01-01 to the first of January of `year`.
fn days_before(year: i64) -> i64 {
    let past = year - 1;
    365 * (year - 1970) + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400) - 477
}

fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// The days before each month of `year`, from 0 to 11, and in the whole of it.
fn month_starts(year: i64) -> [i64; 13] {
    let leap = i64::from(is_leap(year));
    let mut starts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    starts[2..].iter_mut().for_each(|start| *start += leap);
    starts
}

/// The year that `seconds` since 1970-01-01 lie in, and the seconds since that began.
fn year_of(seconds: i64) -> (i64, i64) {
    const CENTURIES: i64 = 146_097;
    let days = seconds.div_euclid(DAY_SECONDS);
    let mut year = 1970 + 400 * days.div_euclid(CENTURIES) + days.rem_euclid(CENTURIES) / 366;
    while days_before(year + 1) <= days {
        year += 1;
    }
    // The year may begin before the first second of an i64: what wraps there wraps back.
    let begin = days_before(year).wrapping_mul(DAY_SECONDS);
    (year, seconds.wrapping_sub(begin))
}

/// The offset at `seconds`, and whether that is summer time: it is smaller within a year before and
/// after. (A zone's standard time that changes is smaller on one side alone.)
fn offset_at(platform: &dyn Platform, seconds: i64) -> (i64, bool) {
    let offset = |at| {
        tank::burn(OFFSET_FUEL_BYTES);
        i64::from(platform.utc_offset_seconds(at))
    };
    let now = offset(seconds);
    let is_smaller = |direction: i64| {
        DAYS_TO_WINTER.into_iter().any(|days| {
            let other = offset(seconds.saturating_add(direction * days * DAY_SECONDS));
            // A country that crosses the date line is a day off.
            (1..=LARGEST_SUMMER_SECONDS).contains(&(now - other).rem_euclid(DAY_SECONDS))
        })
    };
    (now, is_smaller(-1) && is_smaller(1))
}

/// C's `localtime`; none when the year is beyond an int.
fn local(platform: &dyn Platform, seconds: i64) -> Option<Broken> {
    let (offset, isdst) = offset_at(platform, seconds);
    let local = seconds.checked_add(offset)?;
    let (year, since) = year_of(local);
    let (yday, second) = (since / DAY_SECONDS, since % DAY_SECONDS);
    let starts = month_starts(year);
    let mon = (1..12).filter(|&month| starts[month] <= yday).count();
    let int = |value: i64| c_int::try_from(value).ok();
    Some(Broken {
        sec: int(second % 60)?,
        min: int(second / 60 % 60)?,
        hour: int(second / 3600)?,
        mday: int(yday - starts[mon] + 1)?,
        mon: c_int::try_from(mon).ok()?,
        year: int(year - TM_YEAR_BASE)?,
        wday: int((local.div_euclid(DAY_SECONDS) + 4).rem_euclid(7))?,
        yday: int(yday)?,
        isdst: c_int::from(isdst),
        offset: int(offset)?,
    })
}

/// The time that fields ask for, whatever their ranges.
struct Wanted {
    /// Seconds since 1970-01-01 in local time, within the minute that is asked for.
    local: i64,
    /// Seconds beyond that minute: they are added when the time is found, as on a stop watch.
    beyond: i64,
    isdst: c_int,
}

impl Wanted {
    fn new(fields: &Broken) -> Self {
        let mon = i64::from(fields.mon);
        let year = i64::from(fields.year) + TM_YEAR_BASE + mon.div_euclid(12);
        let month = usize::try_from(mon.rem_euclid(12)).unwrap_or_default();
        let days = days_before(year) + month_starts(year)[month] + i64::from(fields.mday) - 1;
        let hours = days * 24 + i64::from(fields.hour);
        let minutes = hours * 60 + i64::from(fields.min);
        let within = fields.sec.clamp(0, 59);
        Self {
            local: minutes * 60 + i64::from(within),
            beyond: i64::from(fields.sec) - i64::from(within),
            isdst: fields.isdst,
        }
    }

    /// Whether the wish for summer time, if there is one, is not met.
    fn differs(&self, is_summer: bool) -> bool {
        self.isdst >= 0 && (self.isdst != 0) != is_summer
    }
}

/// The time that has the wanted fields, as the GNU C library finds it. `guess` is the offset to
/// try first: of two times with the same fields, the one nearer to that is found.
fn find(platform: &dyn Platform, wanted: &Wanted, guess: i64) -> Option<i64> {
    let convert = |at| offset_at(platform, at);
    let (mut before_last, mut last, mut at) = {
        let first = wanted.local - guess;
        (first, first, first)
    };
    let mut was_summer = false;
    let mut left = PROBES;
    loop {
        let (offset, is_summer) = convert(at);
        let next = wanted.local - offset;
        if next == at {
            break;
        }
        // Two times each lead to the other: the fields are in an hour that the clock skips.
        if at == before_last
            && at != last
            && (if wanted.isdst < 0 {
                !was_summer || is_summer
            } else {
                wanted.differs(is_summer)
            })
        {
            return Some(at);
        }
        left -= 1;
        if left == 0 {
            return None;
        }
        (before_last, last, at, was_summer) = (last, at, next, is_summer);
    }
    let is_summer = convert(at).1;
    if !wanted.differs(is_summer) {
        return Some(at);
    }
    let has_one_offset = (-FARTHEST_STRIDES..=FARTHEST_STRIDES)
        .step_by(STRIDES_OF_A_SEASON)
        .map(|strides| platform.utc_offset_seconds(at + strides * STRIDE_SECONDS))
        .is_sorted_by(|one, next| one == next);
    let strides = if has_one_offset { 0 } else { FARTHEST_STRIDES };
    let near = (1..=strides)
        .flat_map(|strides| [at - strides * STRIDE_SECONDS, at + strides * STRIDE_SECONDS])
        .map(convert)
        .find(|&(_, is_summer)| !wanted.differs(is_summer));
    // A zone without summer time is taken to have one of an hour.
    let an_hour = if is_summer { 3600 } else { -3600 };
    Some(near.map_or(at + an_hour, |(offset, _)| wanted.local - offset))
}

/// C's `mktime`; `guess` is what it keeps from one call to the next.
fn make(platform: &dyn Platform, fields: &Broken, guess: &mut i64) -> Option<(i64, Broken)> {
    let wanted = Wanted::new(fields);
    let found = find(platform, &wanted, *guess)?;
    *guess = wanted.local - found;
    let seconds = found + wanted.beyond;
    Some((seconds, local(platform, seconds)?))
}

/// Fills `fields` for `seconds` since 1970-01-01 UTC; 0 when there are none.
///
/// # Safety
/// `state` is running; `fields` may be written.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_local_time(
    state: *mut ffi::lua_State,
    seconds: i64,
    fields: *mut Broken,
) -> c_int {
    let Some(context) = (unsafe { Context::of(state) }) else {
        return 0;
    };
    local(&*context.platform, seconds).map_or(0, |broken| {
        unsafe { *fields = broken };
        1
    })
}

/// The seconds since 1970-01-01 UTC that have these fields, which it brings into their ranges; -1
/// when there are none.
///
/// # Safety
/// `state` is running; `fields` may be read and written.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_make_time(state: *mut ffi::lua_State, fields: *mut Broken) -> i64 {
    let Some(context) = (unsafe { Context::of(state) }) else {
        return -1;
    };
    let mut guess = context.time_guess.get();
    let Some((seconds, broken)) = make(&*context.platform, unsafe { &*fields }, &mut guess) else {
        return -1;
    };
    context.time_guess.set(guess);
    unsafe { *fields = broken };
    seconds
}
