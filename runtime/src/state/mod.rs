//! State: what scripts keep, under whose name, and who may touch it.
//!
//! Reads come from memory, writes are visible at once to everyone and are made durable
//! behind the script's back, coalesced by key, one batch at a time.

mod access;
mod entry;
mod known;
mod lookup;
mod memory;
mod record_key;
mod registry;
mod rules;
mod script_id;
mod store;
mod writer;

pub use access::Access;
pub use lookup::Lookup;
pub use script_id::ScriptId;
pub use store::Store;
