//! A session's store: the cache and its backend kept equal, by loading, writing, expiry and what others change.

mod batch;
mod batch_parts;
mod bulk;
mod clock;
mod expiry;
mod import;
mod load;
mod remote_changes;
mod store;
mod write_receipt;
mod writer;

pub use bulk::Export;
pub(super) use load::Tell;
pub use store::Store;
pub(super) use write_receipt::Account;
