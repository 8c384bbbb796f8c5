//! State: what scripts keep, under whose name, and who may touch it.
//!
//! Reads come from memory, writes are visible at once to everyone and are made durable
//! behind the script's back, coalesced by key, one batch at a time.
//!
//! Each folder knows those below it and none above: `access` is what a script or the page may do, on top of
//! `store`, which keeps memory and backend equal; below that are `watch`, which passes changes on, `namespaces`,
//! which says what is whose, and `cache`, which is what is in memory.

mod access;
mod cache;
mod namespaces;
mod store;
mod watch;

pub use crate::script_id::ScriptId;
pub use access::{Access, Change, MaybePending, Order, Patience, Query, QueryPage, Update, Watch};
pub use cache::{Item, New, Unparsed};
pub use namespaces::Registration;
pub use store::{Export, Store};
