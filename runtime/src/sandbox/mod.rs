//! Runs one script in a Lua state of its own, so that nothing of it is left behind.
//!
//! The script's main chunk runs in a coroutine that [`run`] resumes. What must wait either
//! suspends the native stack or yields that coroutine, as [`crate::platform::Suspension`] says.
//!
//! Lua raises errors by longjmp (natively) or a wasm exception, over Rust frames, whose
//! destructors then do not run. So a function that may raise holds nothing that needs
//! dropping: what it has to push is parked in the [`context`] first. `cargo xtask lint` checks it.
//!
//! [`context`] is what a run's functions share, [`native`] how Rust and Lua call each other, and [`lib`] what
//! scripts see. Each uses only those before it.

mod calm;
mod compiled;
mod context;
mod lib;
mod main_thread;
mod native;
mod run;

pub use compiled::Compiled;
pub use context::host_functions::{FunctionNames, HostFunctions};
pub use context::identity::Identity;
pub use context::limits::Limits;
pub use context::output::{OutputSink, Stream};
pub use context::reply::Reply;
pub use context::stop::Stop;
pub use native::native_fn::{Api, Call};
pub use run::{Environment, ExtraFunction, run};
