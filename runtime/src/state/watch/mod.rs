//! Watchers: who is notified of which changes, and what waits for them.

mod budget;
mod feed;
mod pattern;
mod watcher;

pub(super) use budget::WatchBudget;
pub(super) use feed::ChangeFeed;
pub(super) use pattern::Pattern;
pub(super) use watcher::Watcher;
