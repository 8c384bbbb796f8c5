//! Values between Lua's stack and the protocol.

mod push;
mod read;

pub(in crate::sandbox) use crate::sandbox::calm::bytes as bytes_at;
pub(in crate::sandbox) use push::{DEEPEST, push};
pub(in crate::sandbox) use read::{read, read_small};

use mlua::ffi;
use std::ffi::{c_int, c_void};

/// The registry's keys, by address.
static ARRAY: u8 = 0;
static NULL: u8 = 1;

fn array_key() -> *const c_void {
    (&raw const ARRAY).cast()
}

fn null_key() -> *const c_void {
    (&raw const NULL).cast()
}

/// Makes the mark of arrays (so that an empty one stays one) and `json.null`.
///
/// # Safety
/// `state` has room for four values and may raise.
pub(in crate::sandbox) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, 0, 1);
        ffi::lua_pushliteral(state, c"array");
        ffi::lua_setfield(state, -2, c"__name".as_ptr());
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, array_key());
        ffi::lua_newuserdatauv(state, 0, 0);
        ffi::lua_createtable(state, 0, 2);
        ffi::lua_pushcfunction(state, null_text);
        ffi::lua_setfield(state, -2, c"__tostring".as_ptr());
        ffi::lua_pushliteral(state, c"null");
        ffi::lua_setfield(state, -2, c"__metatable".as_ptr());
        ffi::lua_setmetatable(state, -2);
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, null_key());
    }
}

unsafe extern "C-unwind" fn null_text(state: *mut ffi::lua_State) -> c_int {
    unsafe { ffi::lua_pushliteral(state, c"null") };
    1
}

/// Pushes `json.null`.
///
/// # Safety
/// `state` has room for a value.
pub(in crate::sandbox) unsafe fn push_null(state: *mut ffi::lua_State) {
    unsafe { ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, null_key()) };
}

/// Marks the table on the top as an array.
///
/// # Safety
/// `state` has a table on its top and room for a value.
pub(in crate::sandbox) unsafe fn mark_array(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, array_key());
        ffi::lua_setmetatable(state, -2);
    }
}
