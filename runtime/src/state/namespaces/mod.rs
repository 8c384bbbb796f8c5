//! Namespaces: who may use which keys, under which rules, and how much they may hold.

mod name;
mod namespace;
mod nesting;
mod quota;
mod registry;
mod script_id;
mod visible;

pub(super) use namespace::Rules;
pub(super) use quota::{Room, Search};
pub use registry::Registration;
pub(super) use registry::Registry;
pub use script_id::ScriptId;
pub(super) use visible::Namespaces;
