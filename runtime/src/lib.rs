//! What pubwiki-lua needs no browser for: the protocol, the sandbox, State, the storage
//! port and the memory backend.

// The build leaves out what Debug writes: see xtask/src/toolchain.rs.
#![deny(clippy::use_debug)]

pub mod json;
pub mod modules;
pub mod platform;
pub mod protocol;
pub mod sandbox;
pub mod session;
pub mod state;
pub mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
