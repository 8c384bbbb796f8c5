//! A session's store: its cache and its backend, kept equal by loads, writes, expiry and what others change.

mod background;
mod batch;
mod batch_parts;
mod clear;
mod clock;
mod expiry;
mod export;
mod import;
mod key_locks;
mod load;
mod remote_changes;
mod store;
mod swap;
mod write;
mod write_failure;
mod write_queue;
mod write_receipt;
mod writer;

pub use export::Export;
pub(super) use key_locks::KeyLock;
pub(super) use load::Audience;
pub use store::Store;
pub(super) use write_receipt::WriteReceipt;
