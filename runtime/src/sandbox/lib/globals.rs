//! The libraries that a script finds: Lua's own without what reaches outside, and ours.

use super::{debug, host, io, json, os, package, print, state};
use crate::platform::Suspension;
use crate::sandbox::context::raised;
use crate::sandbox::native::native_fn::{Api, push_function};
use crate::sandbox::native::{coroutine, marshal};
use mlua::ffi;
use std::ffi::{CStr, c_int};

/// The standard libraries that are opened; what of them is left out is replaced below.
const STANDARD: &[(&CStr, Open)] = &[
    (c"_G", ffi::luaopen_base),
    (c"coroutine", ffi::luaopen_coroutine),
    (c"table", ffi::luaopen_table),
    (c"string", ffi::luaopen_string),
    (c"utf8", ffi::luaopen_utf8),
    (c"math", ffi::luaopen_math),
    (c"os", ffi::luaopen_os),
    (c"debug", ffi::luaopen_debug),
];

type Open = unsafe extern "C-unwind" fn(*mut ffi::lua_State) -> c_int;

/// Opens the libraries and fills the globals.
///
/// # Safety
/// `state` is a fresh main thread, and may raise.
pub(in crate::sandbox) unsafe fn install(
    state: *mut ffi::lua_State,
    suspension: Suspension,
    seed: ffi::lua_Integer,
    script_id: Option<&str>,
    extra: &[(&'static str, Api)],
) {
    unsafe {
        for (name, open) in STANDARD {
            ffi::luaL_requiref(state, name.as_ptr(), *open, 1);
            ffi::lua_pop(state, 1);
        }
        raised::install(state);
        marshal::install(state);
        ffi::lua_pushcfunction(state, print::print);
        ffi::lua_setglobal(state, c"print".as_ptr());
        state::push_sleep(state);
        ffi::lua_setglobal(state, c"sleep".as_ptr());
        host::push_table(state);
        ffi::lua_setglobal(state, c"host".as_ptr());
        ffi::lua_createtable(state, 0, 12);
        state::fill(state);
        ffi::lua_setglobal(state, c"State".as_ptr());
        if let Some(id) = script_id {
            ffi::lua_pushlstring(state, id.as_ptr().cast(), id.len());
            ffi::lua_setglobal(state, c"__SCRIPT_ID".as_ptr());
        }
        library(state, c"json", json::FUNCTIONS);
        ffi::lua_getglobal(state, c"json".as_ptr());
        marshal::push_null(state);
        ffi::lua_setfield(state, -2, c"null".as_ptr());
        ffi::lua_pop(state, 1);
        if !extra.is_empty() {
            library(state, c"__test", extra);
        }
        io::install(state);
        os::install(state);
        debug::install(state);
        randomize(state, seed);
        coroutines(state, suspension);
        ffi::lua_getglobal(state, c"load".as_ptr());
        ffi::lua_pushcclosure(state, load_text, 1);
        ffi::lua_setglobal(state, c"load".as_ptr());
        package::install(state);
    }
}

/// Adds what Lua 5.1 had besides what there is.
///
/// # Safety
/// As [`install`], which comes before.
pub(in crate::sandbox) unsafe fn install_names_of_51(state: *mut ffi::lua_State) {
    const NAMES: &str = include_str!("lua51.lua");
    unsafe {
        let (text, name) = (NAMES.as_ptr().cast(), c"=lua51".as_ptr());
        if ffi::luaL_loadbufferx(state, text, NAMES.len(), name, c"t".as_ptr()) != ffi::LUA_OK {
            ffi::lua_error(state);
        }
        ffi::lua_callk(state, 0, 0, 0, None);
    }
}

unsafe fn library(state: *mut ffi::lua_State, name: &CStr, functions: &[(&'static str, Api)]) {
    unsafe {
        ffi::lua_createtable(state, 0, c_int::try_from(functions.len()).unwrap_or(0));
        for (function, api) in functions {
            ffi::lua_pushlstring(state, function.as_ptr().cast(), function.len());
            push_function(state, function, *api);
            ffi::lua_rawset(state, -3);
        }
        ffi::lua_setglobal(state, name.as_ptr());
    }
}

/// Lua seeds by time and an address, which are the same for runs of the same second.
unsafe fn randomize(state: *mut ffi::lua_State, seed: ffi::lua_Integer) {
    unsafe {
        ffi::lua_getglobal(state, c"math".as_ptr());
        ffi::lua_getfield(state, -1, c"randomseed".as_ptr());
        ffi::lua_pushinteger(state, seed);
        ffi::lua_callk(state, 1, 0, 0, None);
        ffi::lua_pop(state, 1);
    }
}

unsafe fn coroutines(state: *mut ffi::lua_State, suspension: Suspension) {
    let both: &[(&CStr, ffi::lua_CFunction)] = &[
        (c"yield", coroutine::yield_),
        (c"isyieldable", coroutine::isyieldable),
        (c"running", coroutine::running),
    ];
    let passing_on: &[(&CStr, ffi::lua_CFunction)] = match suspension {
        Suspension::Stack => &[],
        Suspension::Coroutine => &[(c"resume", coroutine::resume), (c"wrap", coroutine::wrap)],
    };
    unsafe {
        ffi::lua_getglobal(state, c"coroutine".as_ptr());
        for (name, function) in both.iter().chain(passing_on) {
            ffi::lua_pushcfunction(state, *function);
            ffi::lua_setfield(state, -2, name.as_ptr());
        }
        ffi::lua_pop(state, 1);
    }
}

/// `load` for text alone: bytecode can break the VM. The upvalue is Lua's own.
unsafe extern "C-unwind" fn load_text(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let mode = ffi::luaL_optlstring(state, 3, c"bt".as_ptr(), std::ptr::null_mut());
        let mode = CStr::from_ptr(mode).to_bytes();
        crate::sandbox::context::tank::burn(mode.len());
        // A mode without either letter refuses text as well, and Lua says so.
        let mode = if mode.contains(&b't') { c"t" } else { c"b" };
        if ffi::lua_gettop(state) < 3 {
            ffi::lua_settop(state, 3);
        }
        ffi::lua_pushstring(state, mode.as_ptr());
        ffi::lua_replace(state, 3);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_insert(state, 1);
        ffi::lua_callk(state, ffi::lua_gettop(state) - 1, ffi::LUA_MULTRET, 0, None);
        ffi::lua_gettop(state)
    }
}
