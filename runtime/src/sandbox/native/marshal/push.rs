//! From a value to Lua's stack.

use super::{mark_array, push_null};
use crate::protocol::Value;
use crate::sandbox::native::fuel;
use mlua::ffi;
use std::ffi::c_int;

/// Slots of the stack that a level of a value takes, and that a value of the most levels takes.
const LEVEL: c_int = 4;
pub(in crate::sandbox) const DEEPEST: c_int = LEVEL * 130;

/// Fuel for a value within another.
const WITHIN: c_int = 4;

/// Pushes `value`. Raises only for lack of memory, or what ends the run.
///
/// # Safety
/// `state` may raise, and nothing in the caller needs dropping.
pub(in crate::sandbox) unsafe fn push(state: *mut ffi::lua_State, value: &Value) {
    unsafe {
        ffi::luaL_checkstack(state, LEVEL, c"a value nests too deep".as_ptr());
        match value {
            Value::Nil => ffi::lua_pushnil(state),
            Value::Bool(value) => ffi::lua_pushboolean(state, c_int::from(*value)),
            Value::Int(value) => ffi::lua_pushinteger(state, *value),
            Value::Float(value) => ffi::lua_pushnumber(state, *value),
            Value::Str(value) => push_bytes(state, value.as_bytes()),
            Value::Bytes(value) => push_bytes(state, value),
            Value::Array(items) => {
                ffi::lua_createtable(state, c_int::try_from(items.len()).unwrap_or(0), 0);
                for (position, item) in (1..).zip(items) {
                    push_inner(state, item);
                    ffi::lua_rawseti(state, -2, position);
                }
                mark_array(state);
            }
            Value::Object(fields) => {
                ffi::lua_createtable(state, 0, c_int::try_from(fields.len()).unwrap_or(0));
                for (key, field) in fields {
                    push_bytes(state, key.as_bytes());
                    push_inner(state, field);
                    ffi::lua_rawset(state, -3);
                }
            }
        }
    }
}

unsafe fn push_inner(state: *mut ffi::lua_State, value: &Value) {
    unsafe {
        fuel::spend(state, WITHIN);
        match value {
            Value::Nil => push_null(state),
            value => push(state, value),
        }
    }
}

unsafe fn push_bytes(state: *mut ffi::lua_State, bytes: &[u8]) {
    unsafe {
        ffi::lua_pushlstring(state, bytes.as_ptr().cast(), bytes.len());
    }
}
