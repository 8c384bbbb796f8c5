//! The backends that only a browser has.

mod indexeddb;

pub use indexeddb::IndexedDbBackend;
