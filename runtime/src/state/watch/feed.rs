//! The changes of a store, passed on to whoever watches them.

use super::watcher::Watcher;
use crate::script_id::ScriptId;
use crate::state::cache::{Body, Entry};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// The watchers of a store.
#[derive(Default)]
pub(crate) struct ChangeFeed(RefCell<Vec<Weak<Watcher>>>);

impl ChangeFeed {
    /// How many watchers are notified, at most.
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether anybody is notified of changes.
    pub(crate) fn is_watched(&self) -> bool {
        self.len() > 0
    }

    /// Notifies `watcher` from now on, until it is dropped.
    pub(crate) fn add(&self, watcher: &Rc<Watcher>) {
        let mut watchers = self.0.borrow_mut();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Rc::downgrade(watcher));
    }

    /// Notifies the watchers of `entry` of what it is now.
    pub(crate) fn publish(&self, entry: &Entry) {
        if self.is_watched() {
            self.notify(entry, entry.body(f64::NEG_INFINITY));
        }
    }

    /// Notifies the watchers of `entry` that it was cleared.
    pub(crate) fn publish_removed(&self, entry: &Entry) {
        self.notify(entry, None);
    }

    fn notify(&self, entry: &Entry, body: Option<Body>) {
        let Some(key) = entry.key.script_key() else {
            return;
        };
        let weight = body.as_ref().and_then(|_| entry.charge(f64::NEG_INFINITY));
        let (key, body): (Rc<str>, _) = (key.into(), body.map(Body::unparsed));
        let watchers = self.0.borrow().clone();
        // A run has many watchers, one after the other.
        let mut last: Option<(ScriptId, bool)> = None;
        for watcher in watchers.iter().filter_map(Weak::upgrade) {
            if !watcher.matches(&key) {
                continue;
            }
            let script = watcher.script();
            let may_read = match &last {
                Some((other, may_read)) if other == script => *may_read,
                _ => watcher.may_read(&key, &entry.key),
            };
            last = Some((script.clone(), may_read));
            if may_read {
                watcher.push(&key, &entry.key, weight.unwrap_or_default(), &body);
            }
        }
    }
}
