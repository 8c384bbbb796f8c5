//! The globals and libraries that scripts see and that are not Lua's own.

mod debug;
pub(in crate::sandbox) mod globals;
mod host;
mod io;
mod json;
mod local_time;
mod os;
mod package;
mod print;
mod reading;
mod require;
pub(in crate::sandbox) mod state;
pub(in crate::sandbox) mod warn;
