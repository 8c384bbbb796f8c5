//! The wall clock, which may be set back.

use crate::platform::Platform;
use std::cell::Cell;

/// A wall clock that notices when it is set back.
#[derive(Default)]
pub(super) struct Clock {
    wall: Cell<f64>,
    monotonic: Cell<f64>,
}

/// How far the two clocks drift apart before it counts as a jump, in milliseconds. A wall
/// clock that is seen to go backwards counts at once.
const DRIFT_MS: f64 = 1_000.0;

impl Clock {
    /// The time in milliseconds since the epoch; and, when the clock has been set back, how
    /// late it had been by then.
    pub(super) fn read(&self, platform: &dyn Platform) -> (f64, Option<f64>) {
        let (wall, monotonic) = (platform.now_ms(), platform.monotonic_ms());
        let last = self.wall.replace(wall);
        let expected = last + monotonic - self.monotonic.replace(monotonic);
        let back = wall < last || wall < expected - DRIFT_MS;
        (wall, back.then_some(expected))
    }
}
