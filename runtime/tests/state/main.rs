//! State against backends that are watched, held and broken.

mod all_records;
mod batch_parts;
mod bulk;
mod coalescing;
mod counting;
mod engine;
mod expiry;
mod failures;
mod golden;
mod keys;
mod namespaces;
mod preloaded;
mod quotas;
mod read_through;
mod remote_changes;
mod shared_changes;
mod shared_updates;
mod support;
mod updating;
mod users;
mod watching;
