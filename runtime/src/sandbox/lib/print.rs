//! `print`.

use crate::sandbox::context::Context;
use crate::sandbox::context::output::Stream;
use crate::sandbox::native::leave::{leavable, staying};
use mlua::ffi;
use std::ffi::c_int;

/// `print(...)`, as the manual has it: honours `__tostring` and `__name`.
pub(in crate::sandbox) unsafe extern "C-unwind" fn print(state: *mut ffi::lua_State) -> c_int {
    unsafe { print_from(state, 1, ffi::lua_gettop(state)) }
}

/// The text of the argument at `index` is on the top.
unsafe extern "C-unwind" fn print_again(
    state: *mut ffi::lua_State,
    _: c_int,
    index: ffi::lua_KContext,
) -> c_int {
    unsafe {
        staying(state);
        let count = ffi::lua_gettop(state) - 1;
        let index = c_int::try_from(index).unwrap_or(count);
        print_text(state);
        print_from(state, index + 1, count)
    }
}

unsafe fn print_from(state: *mut ffi::lua_State, first: c_int, count: c_int) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        for index in first..=count {
            if index > 1 {
                context.print(Stream::Output, b"\t");
            }
            leavable(state, index as ffi::lua_KContext, Some(print_again));
            ffi::luaL_tolstring(state, index, std::ptr::null_mut());
            staying(state);
            print_text(state);
        }
        context.print(Stream::Output, b"\n");
        0
    }
}

/// Prints the text on the top, and pops it.
unsafe fn print_text(state: *mut ffi::lua_State) {
    unsafe {
        let mut len = 0;
        let text = ffi::lua_tolstring(state, -1, &raw mut len);
        if text.is_null() {
            ffi::luaL_error(state, c"'__tostring' must return a string".as_ptr());
        }
        if let Some(context) = Context::of(state) {
            context.print(Stream::Output, std::slice::from_raw_parts(text.cast(), len));
        }
        ffi::lua_pop(state, 1);
    }
}
