//! What pubwiki-lua needs no browser for: the protocol, the sandbox, State, the storage
//! port and the memory backend.

pub mod platform;
pub mod protocol;
pub mod storage;
