//! State: what scripts keep, under whose name, and who may touch it.
//!
//! Reads come from memory, writes are visible at once to everyone and are made durable
//! behind the script's back, coalesced by key, one batch at a time.

mod access;
mod account;
mod batch;
mod clock;
mod entry;
mod expiry;
mod growth;
mod holding;
mod import;
mod inner;
mod item;
mod key;
mod known;
mod listing;
mod lookup;
mod memory;
mod namespace;
mod namespaces;
mod nesting;
mod new;
mod outside;
mod parts;
mod place;
mod query;
mod quota;
mod reading;
mod record_key;
mod registry;
mod rules;
mod script_id;
mod snapshot;
mod store;
mod update;
mod watch;
mod watcher;
mod whole;
mod writer;

pub use access::Access;
pub use item::{Item, Unparsed};
pub use listing::Patience;
pub use lookup::Lookup;
pub use new::New;
pub use query::{Order, Page, Query};
pub use registry::Registration;
pub use script_id::ScriptId;
pub use store::Store;
pub use update::Update;
pub use watch::{Change, Watch};
pub use whole::Export;
