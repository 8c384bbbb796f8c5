//! Functions that the engine can leave while they call the script's, so that others have a turn or the
//! run waits, and that a script cannot yield across (`worker/lua-src/c/leave.h`).

use crate::protocol::{Error, ErrorKind, Limit};
use crate::sandbox::context::Context;
use mlua::ffi;
use std::ffi::c_int;

/// How long in milliseconds Lua code may compute where the run cannot be left: in a finalizer, in a reader
/// of `load`, or in a `__close` that `coroutine.close`, or an error that nobody catches, calls. A worker
/// that hears of no cancel for longer is replaced, and all of its runs are lost.
const HELD_MS: f64 = 1_000.0;

unsafe extern "C" {
    fn lua_leavableat(
        state: *mut ffi::lua_State,
        at: ffi::lua_KContext,
        k: Option<ffi::lua_KFunction>,
    );
    fn lua_staying(state: *mut ffi::lua_State);
    fn lua_hasleavable(state: *mut ffi::lua_State) -> c_int;
    fn lua_turn_due_set(due: c_int);
}

/// From here on the running function can be left: `k` goes on with `at` then.
///
/// # Safety
/// `state` is running a function of ours, which calls [`staying`] before it returns, as `k` does.
pub(in crate::sandbox) unsafe fn leavable(
    state: *mut ffi::lua_State,
    at: ffi::lua_KContext,
    k: Option<ffi::lua_KFunction>,
) {
    unsafe { lua_leavableat(state, at, k) }
}

/// From here on it cannot.
///
/// # Safety
/// [`leavable`] was called before.
pub(in crate::sandbox) unsafe fn staying(state: *mut ffi::lua_State) {
    unsafe { lua_staying(state) }
}

/// Whether the thread runs a function that the engine can leave, and a script cannot.
///
/// # Safety
/// `state` is alive.
pub(in crate::sandbox) unsafe fn has_leavable(state: *mut ffi::lua_State) -> bool {
    unsafe { lua_hasleavable(state) != 0 }
}

/// Whether a turn is due: then Lua asks for a hook where the run can be left again.
pub(in crate::sandbox) fn set_turn_due(due: bool) {
    // SAFETY: it stores an integer in a variable of this thread.
    unsafe { lua_turn_due_set(c_int::from(due)) }
}

impl Context {
    /// A turn is due in Lua code that cannot be left. Ends the run where that goes on for too long.
    pub(in crate::sandbox) fn hold(&self) {
        self.beat();
        set_turn_due(true);
        let now = self.platform.monotonic_ms();
        let since = self.held_since.get().unwrap_or(now);
        self.held_since.set(Some(since));
        if now - since >= HELD_MS {
            self.stop.set(held_too_long());
        }
    }
}

fn held_too_long() -> Error {
    Error::new(
        ErrorKind::Limit {
            limit: Limit::CpuMs,
            value: HELD_MS,
        },
        format_args!(
            "the script computed for {HELD_MS} ms in a finalizer, a reader of load or a __close, where the \
             portable artifact cannot give way to others; compute outside of it, and use the result there"
        ),
    )
}
