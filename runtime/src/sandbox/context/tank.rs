//! The tank of fuel that the VM burns from, and how long the runs compute between two turns.

use std::cell::Cell;
use std::ffi::c_int;
use std::thread::LocalKey;

/// Safepoints between two looks at the clock: well under a millisecond.
const TANK: c_int = 50_000;
/// How long a run computes before others have a turn, and how long at least when many wait:
/// a short run waits for all of them.
const SLICE_MS: f64 = 8.0;
const LEAST_SLICE_MS: f64 = 2.0;
/// The same for the only run, besides which there are just messages. A turn of the event loop
/// costs up to 0.2 ms in Chromium after so long a task.
const ALONE_SLICE_MS: f64 = 16.0;
thread_local! {
    /// How many runs there are, those that wait for something too.
    static RUNS: Cell<u32> = const { Cell::new(0) };
    /// How many runs have given way and wait for their turn.
    static WAITING: Cell<u32> = const { Cell::new(0) };
}

/// Counts one more run among those that are there or wait, until this is dropped.
pub(in crate::sandbox) struct Counted(&'static LocalKey<Cell<u32>>);

impl Counted {
    /// A run that is there.
    pub(in crate::sandbox) fn present() -> Self {
        Self::among(&RUNS)
    }

    /// A run that waits for its turn.
    pub(in crate::sandbox) fn waiting() -> Self {
        Self::among(&WAITING)
    }

    fn among(runs: &'static LocalKey<Cell<u32>>) -> Self {
        runs.set(runs.get() + 1);
        Self(runs)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

unsafe extern "C" {
    fn lua_fuel_get() -> c_int;
    fn lua_fuel_set(fuel: c_int);
    #[cfg(target_arch = "wasm32")]
    fn lua_jit_tick();
}

/// Sets what is left.
pub(in crate::sandbox) fn set(fuel: c_int) {
    // SAFETY: it stores an integer in a variable of this thread.
    unsafe { lua_fuel_set(fuel) }
}

/// Fills the tank, or keeps it empty for a run that is to end: then every safepoint, in any
/// coroutine, comes here again, and no `pcall` can keep the run alive.
pub(super) fn refill(is_to_end: bool) {
    // About a millisecond of computing has passed.
    // SAFETY: it counts up a number.
    #[cfg(target_arch = "wasm32")]
    unsafe {
        lua_jit_tick();
    }
    set(if is_to_end { 0 } else { TANK });
}

/// Empties the tank: the next safepoint looks at the stop.
pub(in crate::sandbox) fn exhaust() {
    set(0);
}

/// What is left, in safepoints.
pub(in crate::sandbox) fn left() -> c_int {
    // SAFETY: it reads an integer of this thread.
    unsafe { lua_fuel_get() }
}

/// Fills the tank.
pub(in crate::sandbox) fn fill() {
    set(TANK);
}

/// Burns fuel for work on `bytes` in Rust: the next safepoint may look at the clock.
pub(in crate::sandbox) fn burn(bytes: usize) {
    let left = left();
    if left > 0 {
        set(left.saturating_sub(c_int::try_from(bytes >> 4).unwrap_or(c_int::MAX)));
    }
}

/// How long a run computes before others have a turn, in milliseconds.
pub(in crate::sandbox) fn slice_ms() -> f64 {
    if RUNS.get() == 1 {
        return ALONE_SLICE_MS;
    }
    (SLICE_MS / f64::from(WAITING.get() + 1)).max(LEAST_SLICE_MS)
}
