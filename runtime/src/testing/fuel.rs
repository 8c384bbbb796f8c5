//! Fuel that is empty where a test says so.

use std::cell::Cell;
use std::ffi::c_uint;

unsafe extern "C" {
    fn lua_burns_get() -> c_uint;
    fn lua_faulty_burn_set(burn: c_uint);
}

thread_local! {
    static FAULTY: Cell<u32> = const { Cell::new(0) };
}

/// From now on this thread's fuel is empty the `nth` time that some is burnt; never for 0.
pub fn empty_fuel(nth: u32) {
    FAULTY.set(nth);
    // SAFETY: it sets variables of this thread.
    unsafe { lua_faulty_burn_set(nth) }
}

/// How often some was burnt since.
#[must_use]
pub fn burns() -> u32 {
    // SAFETY: it reads a variable of this thread.
    unsafe { lua_burns_get() }
}

/// Whether it has been emptied.
#[must_use]
pub fn was_fuel_emptied() -> bool {
    FAULTY.get() > 0 && burns() >= FAULTY.get()
}
