//! State as one script or one request of the page sees it: keys are resolved and checked, values read, listed,
//! written, updated and watched.

mod access;
mod core;
mod growth;
mod learn;
mod listing;
mod maybe_pending;
mod query;
mod read_set;
mod resolved_keys;
mod swapping;
mod update;
mod watch;
mod write;

pub use access::Access;
pub use listing::Patience;
pub use maybe_pending::MaybePending;
pub use query::{Order, Query, QueryPage};
pub use update::Update;
pub use watch::{Change, Watch};
