//! How Rust and Lua call each other: functions, values, errors, waits, and the safepoints at which a run ends or
//! gives way.

pub(in crate::sandbox) mod answer;
mod arguments;
pub(in crate::sandbox) mod chunk;
pub(in crate::sandbox) mod coroutine;
mod error_fields;
pub(in crate::sandbox) mod errors;
pub(in crate::sandbox) mod fuel;
#[cfg(target_arch = "wasm32")]
pub(in crate::sandbox) mod jit;
pub(in crate::sandbox) mod leave;
pub(in crate::sandbox) mod lua_state;
pub(in crate::sandbox) mod marshal;
mod memory;
pub(in crate::sandbox) mod meter;
pub(in crate::sandbox) mod native_fn;
mod reserve;
pub(in crate::sandbox) mod suspend;
