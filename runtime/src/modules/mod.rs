//! The modules that scripts `require`: those that the host registered, and those that are
//! fetched, once for all runs of the session.

mod cache;
mod fetch;
mod host;
mod mediawiki;
mod policy;
mod registry;
mod spec;

pub use policy::{BuiltIn, Policy};
pub use registry::{Module, ModuleState, Modules};
pub(crate) use spec::within;
