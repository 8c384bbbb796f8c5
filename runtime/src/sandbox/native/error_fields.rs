//! The fields of an error's text: `code`, `message` and `cause`.

use super::answer::{finish, settle};
use super::marshal;
use crate::sandbox::context::Context;
use crate::sandbox::context::raised::Raised;
use mlua::ffi;
use std::ffi::c_int;

/// What a text has in a field of this name, if it is of an error that was raised here. Lua calls it when
/// a text has no such method.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_error_field(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        let Some(place) = Raised::find(state, 1) else {
            return 0;
        };
        let field = context.raised.field(place, marshal::bytes_at(state, 2));
        finish(state, context, settle(state, context, Ok(field)))
    }
}
