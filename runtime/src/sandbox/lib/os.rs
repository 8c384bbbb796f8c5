//! The functions of `os` that are the sandbox's own.

use crate::protocol::{Error, ErrorKind};
use crate::sandbox::context::Context;
use crate::sandbox::context::tank::exhaust;
use crate::sandbox::native::fuel::raise_stop;
use mlua::ffi;
use std::ffi::c_int;

/// C's `EXIT_FAILURE`.
const FAILURE: u8 = 1;

/// Adds `exit` and `getenv` to the global `os`.
///
/// # Safety
/// `state` has the library opened, room for two values, and may raise.
pub(in crate::sandbox) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_getglobal(state, c"os".as_ptr());
        ffi::lua_pushcfunction(state, exit);
        ffi::lua_setfield(state, -2, c"exit".as_ptr());
        ffi::lua_pushcfunction(state, getenv);
        ffi::lua_setfield(state, -2, c"getenv".as_ptr());
        ffi::lua_pop(state, 1);
    }
}

/// `os.getenv(name)`: no variable is set.
unsafe extern "C-unwind" fn getenv(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checklstring(state, 1, std::ptr::null_mut());
        ffi::lua_pushnil(state);
        1
    }
}

/// `os.exit(code?)`: ends the run as a stop does, past every `pcall`.
unsafe extern "C-unwind" fn exit(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let code = if ffi::lua_type(state, 1) == ffi::LUA_TBOOLEAN {
            if ffi::lua_toboolean(state, 1) == 0 {
                FAILURE
            } else {
                0
            }
        } else {
            // All that a process passes on of what it exits with.
            ffi::luaL_optinteger(state, 1, 0).to_le_bytes()[0]
        };
        if let Some(context) = Context::of(state) {
            let message = if code == 0 {
                String::new()
            } else {
                format!("the script ended with exit code {code}")
            };
            context
                .stop
                .set(Error::new(ErrorKind::Exit { code }, message));
        }
        exhaust();
        raise_stop(state)
    }
}
