//! State against backends that are watched, held and broken.

mod bulk;
mod coalescing;
mod counting;
mod expiry;
mod failures;
mod golden;
mod keys;
mod loaded;
mod namespaces;
mod outside;
mod parts;
mod quotas;
mod support;
mod through;
mod updating;
mod watching;
mod whole;
