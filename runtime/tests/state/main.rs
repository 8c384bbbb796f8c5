//! State against backends that are watched, held and broken.

mod coalescing;
mod expiry;
mod failures;
mod keys;
mod loaded;
mod support;
mod through;
