//! `State` in Lua.

mod callbacks;
mod identity;
mod namespaces;
mod records;
mod update;
mod watching;

pub(super) use callbacks::{Callbacks, keep_alive, push_sleep};
pub use identity::Identity;
pub(super) use update::Updating;

use super::call::push_function;
use mlua::ffi;

/// Fills the table on the top with the functions of `State`.
///
/// # Safety
/// `state` has a table on its top, room for four values, and may raise.
pub(super) unsafe fn fill(state: *mut ffi::lua_State) {
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
