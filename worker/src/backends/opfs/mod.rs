//! The origin's private file system, or the file system: a log over sync access handles.

mod backend;
mod bindings;
mod file;
mod folder;
mod place;

pub use backend::OpfsBackend;
pub use place::{FS, OPFS};
