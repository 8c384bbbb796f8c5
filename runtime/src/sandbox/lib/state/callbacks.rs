//! `State.watch`, and what runs its callbacks: `sleep`, `State.wait`, and the time after the
//! main chunk of a run that is kept alive. The loop is Lua, so that callbacks may wait; it is
//! compiled when a script first watches something.

use super::watching;
use crate::sandbox::context::Context;
use crate::sandbox::native::native_fn::push_function;
use mlua::ffi;
use std::ffi::{c_int, c_void};

const SOURCE: &str = include_str!("callbacks.lua");

/// The registry's keys, by address: the loop, and the callbacks by their number.
static LOOP: u8 = 0;
static FUNCTIONS: u8 = 1;

fn loop_key() -> *const c_void {
    (&raw const LOOP).cast()
}

fn functions_key() -> *const c_void {
    (&raw const FUNCTIONS).cast()
}

/// Adds `watch`, `wait` and `async` to the table on the top.
///
/// # Safety
/// `state` has a table on its top, room for four values, and may raise.
pub(super) unsafe fn fill(state: *mut ffi::lua_State) {
    unsafe {
        // By reference: an array's own iterator needs dropping.
        for (name, function) in &[
            (c"watch", watch as ffi::lua_CFunction),
            (c"wait", wait),
            (c"async", run_async),
        ] {
            ffi::lua_pushcfunction(state, *function);
            ffi::lua_setfield(state, -2, name.as_ptr());
        }
    }
}

/// Pushes `sleep`.
///
/// # Safety
/// `state` has room for a value.
pub(in crate::sandbox) unsafe fn push_sleep(state: *mut ffi::lua_State) {
    unsafe { ffi::lua_pushcfunction(state, sleep) }
}

/// `sleep(ms)`: with nothing watched a plain wait.
unsafe extern "C-unwind" fn sleep(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        if Context::of(state).is_none_or(|context| context.callbacks.is_empty()) {
            push_function(state, "sleep", watching::plain_sleep);
        } else {
            push_loop(state, c"sleep");
        }
        call_with_arguments(state)
    }
}

unsafe extern "C-unwind" fn wait(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        push_loop(state, c"wait");
        call_with_arguments(state)
    }
}

unsafe extern "C-unwind" fn run_async(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TFUNCTION);
        push_loop(state, c"async");
        call_with_arguments(state)
    }
}

/// `State.watch(keyOrPrefix, fn)`: gives a function that ends it.
unsafe extern "C-unwind" fn watch(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 2, ffi::LUA_TFUNCTION);
        ffi::lua_settop(state, 2);
        // The loop is made now, so that `sleep` finds it.
        push_loop(state, c"sleep");
        ffi::lua_pop(state, 1);
        push_function(state, "watch", watching::start_watch);
        ffi::lua_pushvalue(state, 1);
        ffi::lua_callk(state, 1, 1, 0, None);
        push_functions(state);
        ffi::lua_pushvalue(state, 2);
        ffi::lua_rawseti(state, -2, ffi::lua_tointeger(state, 3));
        ffi::lua_pop(state, 1);
        push_function(state, "unwatch", watching::stop_watch);
        ffi::lua_insert(state, -2);
        ffi::lua_pushcclosure(state, unwatch, 2);
        1
    }
}

unsafe extern "C-unwind" fn unwatch(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        push_functions(state);
        ffi::lua_pushnil(state);
        ffi::lua_rawseti(
            state,
            -2,
            ffi::lua_tointeger(state, ffi::lua_upvalueindex(2)),
        );
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        ffi::lua_callk(state, 1, 0, 0, None);
        0
    }
}

unsafe fn push_functions(state: *mut ffi::lua_State) {
    unsafe {
        if ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, functions_key()) != ffi::LUA_TTABLE {
            ffi::lua_pop(state, 1);
            ffi::lua_createtable(state, 0, 1);
            ffi::lua_pushvalue(state, -1);
            ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, functions_key());
        }
    }
}

/// Calls the function on the top with what lies below it.
unsafe fn call_with_arguments(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_insert(state, 1);
        ffi::lua_callk(
            state,
            ffi::lua_gettop(state) - 1,
            ffi::LUA_MULTRET,
            0,
            Some(called),
        );
        called(state, ffi::LUA_OK, 0)
    }
}

unsafe extern "C-unwind" fn called(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe { ffi::lua_gettop(state) }
}

/// Pushes a function of the loop, compiled on first use.
unsafe fn push_loop(state: *mut ffi::lua_State, name: &std::ffi::CStr) {
    unsafe {
        ffi::luaL_checkstack(state, 8, std::ptr::null());
        if ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, loop_key()) != ffi::LUA_TTABLE {
            ffi::lua_pop(state, 1);
            let loaded = ffi::luaL_loadbufferx(
                state,
                SOURCE.as_ptr().cast(),
                SOURCE.len(),
                c"=[sandbox]".as_ptr(),
                c"t".as_ptr(),
            );
            if loaded != ffi::LUA_OK {
                ffi::lua_error(state);
            }
            for (name, api) in watching::FUNCTIONS {
                push_function(state, name, *api);
            }
            push_functions(state);
            ffi::lua_callk(state, 7, 1, 0, None);
            ffi::lua_pushvalue(state, -1);
            ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, loop_key());
        }
        ffi::lua_getfield(state, -1, name.as_ptr());
        ffi::lua_remove(state, -2);
    }
}

/// Pushes what runs callbacks for ever, if anything is watched.
///
/// # Safety
/// `state` has room for eight values and may raise.
pub(in crate::sandbox) unsafe fn keep_alive(state: *mut ffi::lua_State) {
    unsafe { push_loop(state, c"forever") }
}
