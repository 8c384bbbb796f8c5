//! The parts of pubwiki-lua that need no browser: the protocol, the sandbox, State, the storage
//! port and the memory backend. Without the feature `lua` it is the protocol alone, which is all that
//! a page needs.

// The build leaves out what Debug writes: see xtask/src/toolchain.rs.
#![deny(clippy::use_debug)]

#[cfg(feature = "lua")]
pub mod json;
#[cfg(feature = "lua")]
pub mod ledger;
#[cfg(feature = "lua")]
pub mod line;
#[cfg(feature = "lua")]
pub mod modules;
#[cfg(feature = "lua")]
mod notify;
#[cfg(feature = "lua")]
pub mod pace;
#[cfg(feature = "lua")]
pub mod platform;
pub mod protocol;
#[cfg(feature = "lua")]
pub mod sandbox;
#[cfg(feature = "lua")]
mod script_id;
#[cfg(feature = "lua")]
pub mod session;
#[cfg(feature = "lua")]
pub mod state;
#[cfg(feature = "lua")]
pub mod storage;
#[cfg(all(feature = "lua", any(test, feature = "testing")))]
pub mod testing;
pub mod text;
