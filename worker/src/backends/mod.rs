//! The backends that only a browser has.

mod indexeddb;
mod opfs;

pub use indexeddb::IndexedDbBackend;
pub use opfs::{FS, OPFS, OpfsBackend};
