//! State: what scripts keep, under whose name, and who may touch it.
//!
//! Reads come from memory, writes are visible at once to everyone and are made durable
//! behind the script's back, coalesced by key, one batch at a time.

mod access;
mod cache;
mod namespaces;
mod store;
mod watch;

pub use access::{Access, Lookup, Order, Page, Patience, Query, Update};
pub use cache::{Item, New, Unparsed};
pub use namespaces::{Registration, ScriptId};
pub use store::{Export, Store};
pub use watch::{Change, Watch};
