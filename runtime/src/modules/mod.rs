//! The modules that scripts `require`: those that the host registered, and those that are
//! fetched, once for all runs of the session.

mod registry;

pub use registry::{Module, Modules};
