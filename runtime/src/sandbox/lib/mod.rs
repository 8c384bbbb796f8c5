//! What scripts see: the globals and libraries that are not Lua's own.

pub(in crate::sandbox) mod globals;
pub(in crate::sandbox) mod host;
mod io;
mod json;
mod local_time;
mod os;
pub(in crate::sandbox) mod package;
pub(in crate::sandbox) mod require;
pub(in crate::sandbox) mod state;
