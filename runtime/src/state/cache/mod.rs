//! Records in memory: what is known of each key, how much it takes, and the values that are made of it.

mod before_images;
mod caches;
mod entry;
mod item;
mod map;
mod new_value;
mod parsed_values;
mod record_key;
mod snapshot;
mod stored;
mod usage;

pub(super) use caches::Caches;
pub(super) use entry::{CreationTime, Entry};
pub use item::{Item, Unparsed};
pub(super) use map::{Cursor, Entries, RecordCache};
pub use new_value::New;
pub(super) use record_key::RecordKey;
pub(super) use snapshot::Snapshot;
pub(super) use stored::{Body, Slot, Stored};
pub(super) use usage::{quota_bytes, record_bytes};
