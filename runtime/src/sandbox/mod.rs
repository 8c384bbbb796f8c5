//! Runs one script in a Lua state of its own, so that nothing of it is left behind.
//!
//! The script's main chunk runs in a coroutine that [`run`] resumes. What must wait either
//! suspends the native stack or yields that coroutine, as [`crate::platform::Suspension`] says.
//!
//! Lua raises errors by longjmp (natively) or a wasm exception, over Rust frames, whose
//! destructors then do not run. So a function that may raise holds nothing that needs
//! dropping: what it has to push is parked in the [`context`] first. `cargo xtask lint` checks it.

mod arguments;
mod call;
mod calm;
mod context;
mod coroutine;
mod errors;
mod fuel;
mod host;
mod input;
mod io;
mod json;
mod leave;
mod libs;
mod local_time;
mod lua;
mod machine;
mod marshal;
mod memory;
mod meter;
mod os;
mod output;
mod package;
mod raised;
mod require;
mod reserve;
mod run;
mod state;
mod stop;
mod wait;
mod warnings;

pub use call::{Api, Call, Reply};
pub use host::{FunctionNames, HostFunctions};
pub use output::{OutputSink, Stream};
pub use run::{Environment, ExtraFunction, Limits, run};
pub use state::Identity;
pub use stop::Stop;
