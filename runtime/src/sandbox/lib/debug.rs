//! The functions of `debug` that take the place of Lua's own.

use mlua::ffi;
use std::ffi::{CStr, c_int};

/// Adds the functions. `getmetatable` is the global: protected metatables stay so.
///
/// # Safety
/// `state` has `debug`, `getmetatable` and `setmetatable` as globals and room for three values, and may raise.
pub(super) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_getglobal(state, c"debug".as_ptr());
        ffi::lua_getglobal(state, c"getmetatable".as_ptr());
        ffi::lua_setfield(state, -2, c"getmetatable".as_ptr());
        ffi::lua_getglobal(state, c"setmetatable".as_ptr());
        ffi::lua_pushcclosure(state, setmetatable, 1);
        ffi::lua_setfield(state, -2, c"setmetatable".as_ptr());
        for (name, function) in &[
            (c"gethook", gethook as ffi::lua_CFunction),
            (c"sethook", sethook),
        ] {
            ffi::lua_pushcfunction(state, *function);
            ffi::lua_setfield(state, -2, CStr::as_ptr(name));
        }
        ffi::lua_pop(state, 1);
    }
}

/// `debug.setmetatable(value, table)`: for tables the global, which is the upvalue; else the metatable of all values of
/// the type, except for those that the sandbox has values of: userdata and coroutines.
unsafe extern "C-unwind" fn setmetatable(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let kind = ffi::lua_type(state, 2);
        if kind != ffi::LUA_TNIL && kind != ffi::LUA_TTABLE {
            ffi::luaL_argerror(state, 2, c"nil or table expected".as_ptr());
        }
        ffi::lua_settop(state, 2);
        match ffi::lua_type(state, 1) {
            ffi::LUA_TTABLE => {
                ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
                ffi::lua_insert(state, 1);
                ffi::lua_callk(state, 2, 1, 0, None);
            }
            ffi::LUA_TNIL
            | ffi::LUA_TBOOLEAN
            | ffi::LUA_TNUMBER
            | ffi::LUA_TSTRING
            | ffi::LUA_TFUNCTION => {
                ffi::lua_setmetatable(state, 1);
            }
            _ => {
                let expected = c"nil, boolean, number, string, function or table expected";
                ffi::luaL_argerror(state, 1, expected.as_ptr());
            }
        }
        1
    }
}

/// `debug.gethook()`: a script has none.
unsafe extern "C-unwind" fn gethook(state: *mut ffi::lua_State) -> c_int {
    unsafe { ffi::lua_pushnil(state) };
    1
}

/// `debug.sethook()`: takes away what is not there. Hooks are the engine's.
unsafe extern "C-unwind" fn sethook(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let thread = ffi::lua_type(state, 1) == ffi::LUA_TTHREAD;
        if ffi::lua_isnoneornil(state, 1 + c_int::from(thread)) == 0 {
            ffi::luaL_error(state, c"hooks are not available in the sandbox".as_ptr());
        }
        0
    }
}
