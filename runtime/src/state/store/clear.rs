//! A clear: every record is removed, of every script.

use super::batch::Collected;
use super::load::Loader;
use crate::pace::{Pace, dispose};
use crate::protocol::Error;
use crate::state::cache::{Cursor, Entries, RecordCache, Slot};
use std::cell::RefCell;
use std::rc::Rc;

/// Records that were cleared from the cache, and not yet from the backend, which may fail to.
pub(super) struct Cleared {
    /// What was to be written before.
    pub(super) moot: Collected,
    pub(super) entries: Rc<RefCell<Entries>>,
}

impl Cleared {
    /// The clear has ended; `failure` is why it failed.
    pub(super) async fn end(self, loader: &Loader, pace: &Pace, failure: Option<&Error>) {
        dispose_of(loader, self.entries);
        self.moot.end(loader, pace, "clear", failure).await;
    }
}

/// Notifies the watchers of what was cleared, and is not there again.
pub(super) async fn publish_gone(loader: &Loader, entries: &RefCell<Entries>) {
    let (caches, feed, pace) = (loader.caches(), loader.feed(), loader.pace());
    let mut cursor = Cursor::new("");
    while feed.is_watched() {
        let part = cursor.next_of(entries);
        if part.is_empty() {
            return;
        }
        for entry in part {
            let key = entry.key.as_str();
            let is_there =
                |cache: &RecordCache| cache.find(key).is_some_and(|entry| !entry.is_absent());
            if entry.stored().is_some()
                && !is_there(caches.durable())
                && !is_there(caches.volatile())
            {
                feed.publish_removed(&entry);
            }
            pace.after(0).await;
        }
    }
}

/// Frees entries, unless someone reads them still.
pub(super) fn dispose_of(loader: &Loader, entries: Rc<RefCell<Entries>>) {
    if let Ok(entries) = Rc::try_unwrap(entries) {
        dispose(loader.platform(), entries.into_inner().into_iter());
    }
}

/// What was cleared may still be there.
pub(super) async fn doubt(loader: &Loader, entries: &RefCell<Entries>, pace: &Pace) {
    let mut cursor = Cursor::new("");
    loop {
        let part = cursor.next_of(entries);
        if part.is_empty() {
            return;
        }
        for entry in part {
            let now = loader.caches().durable().entry(&entry.key, Slot::Cold);
            // What was written since takes precedence.
            if now.is_absent() && !now.is_pending() {
                now.put(Slot::Cold);
            }
            pace.after(0).await;
        }
    }
}
