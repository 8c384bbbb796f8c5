//! Safepoints: at loop back-edges and function entries the VM burns fuel, and asks here for
//! more when it has none. That is where a run ends, gives way to others, or goes on.

use super::leave::set_turn_due;
use crate::platform::Suspension;
use crate::protocol::{Error, Event};
use crate::sandbox::context::{Context, tank};
use mlua::ffi;
use std::ffi::c_int;

/// Between two heartbeats of a run that cannot give way.
const BEAT_MS: f64 = 250.0;

unsafe extern "C-unwind" {
    fn lua_raise_stop(state: *mut ffi::lua_State) -> !;
}

/// Burns `units` for work in Rust, each about ten nanoseconds', that may be interrupted. Where the run
/// cannot give way in the middle of it, it does so at the next instruction.
///
/// # Errors
/// Why the run is to end; then nobody looks at what is returned.
///
/// # Safety
/// `state` is running, and its context is `context`.
pub(in crate::sandbox) unsafe fn work(
    state: *mut ffi::lua_State,
    context: &Context,
    units: usize,
) -> Result<(), Error> {
    let left = tank::left().max(0);
    let left = left.saturating_sub(c_int::try_from(units).unwrap_or(c_int::MAX));
    tank::set(left);
    if left >= 0 {
        return Ok(());
    }
    if context.look() {
        unsafe { lua_out_of_fuel(state) }
    }
    context.stop.reason().map_or(Ok(()), Err)
}

/// Burns `units` as a loop in C does: raises what ends the run, where it is to end.
///
/// # Safety
/// `state` is running, and may raise.
pub(in crate::sandbox) unsafe fn spend(state: *mut ffi::lua_State, units: c_int) {
    unsafe {
        let left = tank::left().saturating_sub(units);
        tank::set(left);
        if left < 0 {
            lua_out_of_fuel_in_c(state);
        }
    }
}

/// The VM calls this at a safepoint without fuel. Nothing may be raised there, so it asks for
/// a hook at the very next instruction.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_out_of_fuel(state: *mut ffi::lua_State) {
    unsafe { ffi::lua_sethook(state, Some(at_safepoint), ffi::LUA_MASKCOUNT, 1) }
}

/// Lua calls this before it raises "not enough memory".
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_memory_exhausted(state: *mut ffi::lua_State) {
    // SAFETY: the state is running.
    let _ = unsafe { Context::out_of_memory(state) };
}

/// Lua calls this when an error looks for a `pcall` to catch it: a run that is to end has none.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_is_stopped(state: *mut ffi::lua_State) -> c_int {
    c_int::from(unsafe { Context::of(state) }.is_some_and(|context| context.stop.is_set()))
}

/// A loop in C calls this without fuel. It cannot yield, yet it can raise.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_out_of_fuel_in_c(state: *mut ffi::lua_State) {
    let Some(context) = (unsafe { Context::of(state) }) else {
        return tank::fill();
    };
    if context.look() {
        unsafe { lua_out_of_fuel(state) }
    }
    if context.stop.is_set() {
        unsafe { raise_stop(state) }
    }
}

/// A loop in C that can be left calls this without fuel: whether it is to leave, so that others have
/// their turn.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_out_of_fuel_in_loop(state: *mut ffi::lua_State) -> c_int {
    let Some(context) = (unsafe { Context::of(state) }) else {
        tank::fill();
        return 0;
    };
    if context.suspension == Suspension::Coroutine
        && unsafe { context.waiting.can_yield(state) }
        && context.wants_turn()
    {
        context.waiting.give_way();
        tank::fill();
        return 1;
    }
    unsafe { lua_out_of_fuel_in_c(state) }
    0
}

unsafe extern "C-unwind" fn at_safepoint(state: *mut ffi::lua_State, _: *mut ffi::lua_Debug) {
    unsafe {
        ffi::lua_sethook(state, None, 0, 0);
        set_turn_due(false);
        let Some(context) = Context::of(state) else {
            return tank::fill();
        };
        if context.wants_turn() {
            match context.suspension {
                Suspension::Stack => context.give_way(),
                Suspension::Coroutine if context.waiting.can_yield(state) => {
                    context.waiting.give_way();
                    tank::fill();
                    ffi::lua_yield(state, 0);
                    return;
                }
                Suspension::Coroutine => context.hold(),
            }
        }
        context.refill();
        if context.stop.is_set() {
            raise_stop(state);
        }
    }
}

impl Context {
    /// What is done without fuel where Lua cannot yield; true when a turn remains to be given.
    fn look(&self) -> bool {
        let mut remains = false;
        if self.wants_turn() {
            match self.suspension {
                Suspension::Stack => self.give_way(),
                Suspension::Coroutine => {
                    self.beat();
                    set_turn_due(true);
                    remains = true;
                }
            }
        }
        self.refill();
        remains
    }

    /// Looks at the clock: ends the run if its time is up, else says whether others are to
    /// have a turn.
    fn wants_turn(&self) -> bool {
        if self.stop.is_set() {
            return false;
        }
        let now = self.platform.monotonic_ms();
        self.check_time(now);
        self.is_turn_due(now)
    }

    /// The same where a wait has ended: runs that answer each other may never have left the
    /// microtasks, nor emptied a tank. A run that is kept alive has no time of its own between two
    /// callbacks.
    pub(in crate::sandbox) fn wants_turn_after_wait(&self) -> bool {
        let now = self.resumed.get();
        if !self.resting.get() && !self.stop.is_set() {
            self.check_time(now);
        }
        self.is_turn_due(now)
    }

    fn is_turn_due(&self, now: f64) -> bool {
        now - self.slice.get() >= tank::slice_ms() && !self.stop.is_set()
    }

    /// Tells the host that the worker lives: where the run cannot give way, nobody else does.
    pub(in crate::sandbox) fn beat(&self) {
        let now = self.platform.monotonic_ms();
        if now - self.beat.get() >= BEAT_MS {
            self.beat.set(now);
            self.platform.send(Event::Heartbeat);
            self.output.pass_on();
        }
    }

    /// Others have had a turn.
    pub(in crate::sandbox) fn begin_slice(&self) {
        self.slice.set(self.platform.monotonic_ms());
        self.held_since.set(None);
        set_turn_due(false);
    }

    pub(in crate::sandbox) fn give_way(&self) {
        self.pause();
        let turn = tank::Counted::waiting();
        self.platform.block_on(self.platform.next_task());
        drop(turn);
        self.begin_slice();
        self.resume();
    }
}

/// Raises what ends the run. It allocates nothing, passes message handlers by, and what a script
/// makes of it is of no account: the run's result is the stop's reason.
///
/// # Safety
/// `state` is running, with room for a value.
pub(in crate::sandbox) unsafe fn raise_stop(state: *mut ffi::lua_State) -> ! {
    unsafe { lua_raise_stop(state) }
}
