//! Watches: who is notified of which changes, and what waits for them.

mod changes;
mod watcher;

pub use changes::{Change, Watch};
pub(super) use watcher::{Sharing, Watchers};
