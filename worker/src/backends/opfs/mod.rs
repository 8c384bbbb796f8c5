//! The origin's private file system: a log over sync access handles.

mod backend;
mod bindings;
mod file;
mod folder;

pub use backend::OpfsBackend;
