//! Coroutines, so that a script does not see how it is run: its main chunk runs in a coroutine
//! of ours, and in coroutine mode a wait inside its own coroutines passes through them.

use super::leave::has_leavable;
use crate::sandbox::context::Context;
use mlua::ffi;
use std::ffi::{c_int, c_void};

unsafe extern "C" {
    /// Yields all that the running function has on its stack, if nothing in C lies between it and its `resume`; it is to return -1
    /// then. Else gives 0, and has done nothing.
    fn luai_yield(state: *mut ffi::lua_State) -> c_int;
}

/// The registry's key for the coroutine of the main chunk: its address.
static ROOT: u8 = 0;

fn root_key() -> *const c_void {
    (&raw const ROOT).cast()
}

/// Remembers the thread on the top as the main chunk's, and pops it.
///
/// # Safety
/// `state` has a thread on its top, and may raise.
pub(in crate::sandbox) unsafe fn set_root(state: *mut ffi::lua_State) {
    unsafe { ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, root_key()) }
}

unsafe fn is_root(state: *mut ffi::lua_State) -> bool {
    unsafe {
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, root_key());
        let root = ffi::lua_tothread(state, -1);
        ffi::lua_pop(state, 1);
        std::ptr::eq(root, state)
    }
}

/// `coroutine.yield`
pub(in crate::sandbox) unsafe extern "C-unwind" fn yield_(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        if is_root(state) {
            return ffi::luaL_error(state, c"attempt to yield from outside a coroutine".as_ptr());
        }
        if has_leavable(state) {
            ffi::lua_pushliteral(state, c"attempt to yield across a C-call boundary");
            ffi::lua_error(state)
        }
        if luai_yield(state) != 0 {
            return -1;
        }
        ffi::lua_yieldk(state, ffi::lua_gettop(state), 0, None)
    }
}

/// `coroutine.isyieldable`
pub(in crate::sandbox) unsafe extern "C-unwind" fn isyieldable(
    state: *mut ffi::lua_State,
) -> c_int {
    unsafe {
        let thread = match ffi::lua_tothread(state, 1) {
            thread if thread.is_null() => state,
            thread => thread,
        };
        let yieldable = ffi::lua_isyieldable(thread) != 0 && !has_leavable(thread);
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, root_key());
        let root = ffi::lua_tothread(state, -1);
        ffi::lua_pushboolean(state, c_int::from(yieldable && !std::ptr::eq(root, thread)));
        1
    }
}

/// `coroutine.running`
pub(in crate::sandbox) unsafe extern "C-unwind" fn running(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_pushthread(state);
        let root = is_root(state);
        ffi::lua_pushboolean(state, c_int::from(root));
        2
    }
}

/// `coroutine.resume`, in coroutine mode.
pub(in crate::sandbox) unsafe extern "C-unwind" fn resume(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let thread = ffi::lua_tothread(state, 1);
        if thread.is_null() {
            let given = ffi::luaL_typename(state, 1);
            let message = ffi::lua_pushfstring(state, c"thread expected, got %s".as_ptr(), given);
            return ffi::luaL_argerror(state, 1, message);
        }
        resume_with(state, thread, ffi::lua_gettop(state) - 1)
    }
}

unsafe extern "C-unwind" fn resume_again(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe { resume_with(state, ffi::lua_tothread(state, 1), 0) }
}

unsafe fn resume_with(
    state: *mut ffi::lua_State,
    thread: *mut ffi::lua_State,
    count: c_int,
) -> c_int {
    unsafe {
        match go_on(state, thread, count) {
            Outcome::PassOn => ffi::lua_yieldk(state, 0, 0, Some(resume_again)),
            Outcome::Values(count) => {
                ffi::lua_pushboolean(state, 1);
                ffi::lua_insert(state, -(count + 1));
                count + 1
            }
            Outcome::Error => {
                ffi::lua_pushboolean(state, 0);
                ffi::lua_insert(state, -2);
                2
            }
        }
    }
}

/// `coroutine.wrap`, in coroutine mode. The first upvalue is `coroutine.create`.
pub(in crate::sandbox) unsafe extern "C-unwind" fn wrap(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TFUNCTION);
        let thread = ffi::lua_newthread(state);
        ffi::lua_pushvalue(state, 1);
        ffi::lua_xmove(state, thread, 1);
        ffi::lua_pushcclosure(state, wrapped, 1);
        1
    }
}

unsafe extern "C-unwind" fn wrapped(state: *mut ffi::lua_State) -> c_int {
    unsafe { wrapped_with(state, ffi::lua_gettop(state)) }
}

unsafe extern "C-unwind" fn wrapped_again(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe { wrapped_with(state, 0) }
}

unsafe fn wrapped_with(state: *mut ffi::lua_State, count: c_int) -> c_int {
    unsafe {
        let thread = ffi::lua_tothread(state, ffi::lua_upvalueindex(1));
        match go_on(state, thread, count) {
            Outcome::PassOn => ffi::lua_yieldk(state, 0, 0, Some(wrapped_again)),
            Outcome::Values(count) => count,
            Outcome::Error => {
                // As `auxwrap` in lcorolib.c does.
                let mut status = ffi::lua_status(thread);
                if status != ffi::LUA_OK && status != ffi::LUA_YIELD {
                    status = ffi::lua_closethread(thread, state);
                    ffi::lua_xmove(thread, state, 1);
                }
                if status != ffi::LUA_ERRMEM && ffi::lua_type(state, -1) == ffi::LUA_TSTRING {
                    ffi::luaL_where(state, 1);
                    ffi::lua_insert(state, -2);
                    ffi::lua_concat(state, 2);
                }
                ffi::lua_error(state)
            }
        }
    }
}

enum Outcome {
    /// The coroutine waits, or gives way, on behalf of the run.
    PassOn,
    /// It returned or yielded this many values, now on the caller's stack.
    Values(c_int),
    /// It failed; the error is on the caller's stack.
    Error,
}

unsafe fn go_on(state: *mut ffi::lua_State, thread: *mut ffi::lua_State, count: c_int) -> Outcome {
    unsafe {
        if ffi::lua_checkstack(thread, count) == 0 {
            ffi::lua_pushliteral(state, c"too many arguments to resume");
            return Outcome::Error;
        }
        ffi::lua_xmove(state, thread, count);
        let waiting = Context::of(state).map(|context| &context.waiting);
        let barrier = u32::from(ffi::lua_isyieldable(state) == 0);
        if let Some(waiting) = waiting {
            waiting.barriers.set(waiting.barriers.get() + barrier);
        }
        let mut results = 0;
        let status = ffi::lua_resume(thread, state, count, &raw mut results);
        if let Some(waiting) = waiting {
            waiting.barriers.set(waiting.barriers.get() - barrier);
            if status == ffi::LUA_YIELD && waiting.is_ours() {
                return Outcome::PassOn;
            }
        }
        if status != ffi::LUA_OK && status != ffi::LUA_YIELD {
            ffi::lua_xmove(thread, state, 1);
            return Outcome::Error;
        }
        if ffi::lua_checkstack(state, results + 1) == 0 {
            ffi::lua_pop(thread, results);
            ffi::lua_pushliteral(state, c"too many results to resume");
            return Outcome::Error;
        }
        ffi::lua_xmove(thread, state, results);
        Outcome::Values(results)
    }
}
