//! Records in memory, and the values that are made of them.

mod entry;
mod holding;
mod item;
mod map;
mod new_value;
mod record_key;
mod snapshot;

pub(super) use entry::{Body, Created, Entry, Slot, Stored};
pub(super) use holding::size;
pub(super) use item::Parsed;
pub use item::{Item, Unparsed};
pub(super) use map::{Cursor, Entries, Memory};
pub(super) use new_value::MOST_BYTES;
pub use new_value::New;
pub(super) use record_key::RecordKey;
pub(super) use snapshot::Snapshot;
