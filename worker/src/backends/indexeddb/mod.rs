//! IndexedDB, straight from the browser's interface.
//!
//! Of the crates for it none lets a batch be a row of plain requests whose only event is the
//! transaction's, and all weigh more than this folder: here are the few calls that a
//! store of records needs, with their failures told apart.

mod backend;
mod bindings;
mod connection;
mod fresh_log;
mod idb_error;
mod original;
mod request;
mod row;
mod scan;
mod schema;
mod transaction;
mod write;

pub use backend::IndexedDbBackend;
