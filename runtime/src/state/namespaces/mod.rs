//! Namespaces: who may use which keys, under which rules, and how much they may hold.

mod key_length;
mod name;
mod namespace;
mod nesting;
mod quota;
mod registration_feed;
mod registry;
mod shared;
mod visible;

pub(super) use key_length::check_length;
pub(super) use namespace::Namespace;
pub(super) use quota::{QuotaCheck, Room, Search};
pub use registration_feed::Registration;
pub(super) use registry::Registry;
pub(super) use visible::VisibleNamespaces;
