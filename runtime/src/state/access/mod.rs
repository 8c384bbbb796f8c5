//! State as one script or page request sees it: keys are resolved, checked, read, listed, written and updated.

mod access;
mod core;
mod growth;
mod key_length;
mod listing;
mod maybe_pending;
mod query;
mod read_set;
mod resolved_keys;
mod update;

pub use access::Access;
pub(super) use key_length::check_length;
pub use listing::Patience;
pub use maybe_pending::Lookup;
pub use query::{Order, Page, Query};
pub(super) use resolved_keys::Place;
pub use update::Update;
