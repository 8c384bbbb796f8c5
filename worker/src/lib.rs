//! The dedicated worker: gloo-worker's actor around a session of the runtime, with the
//! browser's time, tasks, suspension and storage.

// The build leaves out what Debug writes: see xtask/src/toolchain.rs.
#![deny(clippy::use_debug)]

mod actor;
mod backends;
mod channel;
mod codec;
mod failure;
mod fetch;
mod heartbeat;
#[cfg(target_arch = "wasm32")]
mod jit;
mod local_time;
mod locks;
#[cfg(target_arch = "wasm32")]
mod math;
#[cfg(target_arch = "wasm32")]
mod memory;
mod platform;
mod suspension;
mod tasks;
#[cfg(feature = "testing")]
mod testing;
mod value;
#[cfg(target_arch = "wasm32")]
mod wasi;

pub use actor::serve;
pub use suspension::enter;
