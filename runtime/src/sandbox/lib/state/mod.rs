//! `State` in Lua.

mod callbacks;
mod identity;
mod namespaces;
mod records;
mod update;
mod watching;

pub(in crate::sandbox) use callbacks::{keep_alive, push_sleep};

use crate::sandbox::native::native_fn::push_function;
use mlua::ffi;

/// Fills the table on the top with the functions of `State`.
///
/// # Safety
/// `state` has a table on its top, room for four values, and may raise.
pub(in crate::sandbox) unsafe fn fill(state: *mut ffi::lua_State) {
    unsafe {
        for (name, api) in records::FUNCTIONS.iter().chain(namespaces::FUNCTIONS) {
            ffi::lua_pushlstring(state, name.as_ptr().cast(), name.len());
            push_function(state, name, *api);
            ffi::lua_rawset(state, -3);
        }
        update::install(state);
        ffi::lua_pushcfunction(state, update::update);
        ffi::lua_setfield(state, -2, c"update".as_ptr());
        callbacks::fill(state);
        identity::install(state);
    }
}
