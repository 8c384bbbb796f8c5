//! How far the reader's local time is ahead of UTC.

use js_sys::Date;

/// The last second that JavaScript has a date for, and minus it the first.
const LAST_SECOND: i64 = 8_640_000_000_000;
const DAY_SECONDS: f64 = 86_400.0;

/// The offset at `seconds` since the epoch; beyond JavaScript's dates that of the nearest.
pub fn utc_offset_seconds(seconds: i64) -> i32 {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let seconds = seconds.clamp(-LAST_SECOND, LAST_SECOND) as f64;
    let date = Date::new(&(seconds * 1000.0).into());
    let minutes = date.get_timezone_offset();
    // Before time zones, offsets had seconds, which engines leave out of their minutes.
    let clock = date.get_hours() * 3600 + date.get_minutes() * 60 + date.get_seconds();
    let rough = -minutes * 60.0;
    let beyond = f64::from(clock) - seconds - rough;
    let offset = rough + beyond - (beyond / DAY_SECONDS).round() * DAY_SECONDS;
    #[expect(clippy::cast_possible_truncation, reason = "below a day, or 0")]
    {
        offset as i32
    }
}
