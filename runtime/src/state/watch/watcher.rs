//! One watcher, and the changes that wait for it.

use super::budget::WatchBudget;
use super::pattern::Pattern;
use crate::ledger::block;
use crate::protocol::Error;
use crate::script_id::ScriptId;
use crate::state::cache::{Body, Caches, Entry, Item, RecordKey};
use crate::state::namespaces::VisibleNamespaces;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A queue of changes, of the keys that match a pattern and that its script may read.
pub(crate) struct Watcher {
    namespaces: VisibleNamespaces,
    budget: WatchBudget,
    pattern: Pattern,
    /// The bytes that it takes itself.
    bytes: usize,
    changes: RefCell<VecDeque<QueuedChange>>,
    /// The bytes that they take.
    waiting: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

/// A change that waits.
struct QueuedChange {
    /// As the script knows it.
    key: Rc<str>,
    record: RecordKey,
    /// None for a value that is too large to wait: it is looked up when it is its turn.
    value: Option<Option<Body>>,
    /// The bytes that it takes, and those of them that the run has had room for.
    bytes: usize,
    held: usize,
}

/// About what a watcher takes in addition to its pattern, and a change to its key and value, in bytes.
const WATCHER_BYTES: usize = 512;
const CHANGE_BYTES: usize = 96;

impl Watcher {
    /// Watches `pattern`, a text of so many bytes.
    ///
    /// # Errors
    /// [`exceeded`](crate::ledger::exceeded) when the run has no room.
    pub(crate) fn new(
        budget: WatchBudget,
        namespaces: VisibleNamespaces,
        pattern: Pattern,
        bytes: usize,
    ) -> Result<Self, Error> {
        let bytes = block(bytes) + WATCHER_BYTES;
        budget.join(bytes)?;
        Ok(Self {
            namespaces,
            budget,
            pattern,
            bytes,
            changes: RefCell::default(),
            waiting: Cell::new(0),
            waker: RefCell::default(),
        })
    }

    /// The script that watches.
    pub(super) fn script(&self) -> &ScriptId {
        self.namespaces.script()
    }

    pub(super) fn matches(&self, key: &str) -> bool {
        self.pattern.matches(key)
    }

    /// Whether its script may read `key`, and means this record by it.
    pub(super) fn may_read(&self, key: &str, record: &RecordKey) -> bool {
        let resolved = self.namespaces.resolve(key);
        resolved.is_ok_and(|(namespace, rest)| {
            namespace.config.read && namespace.record_key(rest) == *record
        })
    }

    /// Queues a change of `key`; `weight` is the bytes of its value.
    pub(super) fn push(
        &self,
        key: &Rc<str>,
        record: &RecordKey,
        weight: usize,
        body: &Option<Body>,
    ) {
        let small = key.len() + CHANGE_BYTES;
        let mut change = QueuedChange {
            key: key.clone(),
            record: record.clone(),
            value: None,
            bytes: small,
            held: 0,
        };
        if small + weight <= self.budget.most_bytes() {
            change.value = Some(body.clone());
            change.bytes += weight;
        }
        while !self.take_room(&mut change) {
            let same = |other: &QueuedChange| other.key == *key;
            let older = self.changes.borrow().iter().position(same);
            if self.take(older.unwrap_or(0)).is_none() {
                // The run has no room at all: the value does not wait.
                change.value = None;
                change.bytes = small;
                break;
            }
        }
        self.waiting.set(self.waiting.get() + change.bytes);
        self.changes.borrow_mut().push_back(change);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Counts a change that is about to wait; false when others have to give way first.
    fn take_room(&self, change: &mut QueuedChange) -> bool {
        let is_full = self.changes.borrow().len() >= self.budget.most_changes()
            || self.waiting.get() + change.bytes > self.budget.most_bytes();
        if is_full && !self.changes.borrow().is_empty() {
            return false;
        }
        let has_room = self.budget.take(change.bytes);
        change.held = if has_room { change.bytes } else { 0 };
        has_room
    }

    fn take(&self, index: usize) -> Option<QueuedChange> {
        let change = self.changes.borrow_mut().remove(index)?;
        self.waiting.set(self.waiting.get() - change.bytes);
        self.budget.give_back(change.held);
        Some(change)
    }

    /// The next change of what may be read by now: its key, and its value before it is parsed. `body_of` gives
    /// what is stored at an entry, unless it has expired.
    pub(crate) fn take_next(
        &self,
        caches: &Rc<Caches>,
        body_of: impl Fn(&Entry) -> Option<Body>,
    ) -> Option<(Rc<str>, Option<Item>)> {
        loop {
            let QueuedChange {
                key, record, value, ..
            } = self.take(0)?;
            if let Some(body) = value.or_else(|| self.look_up(caches, &key, &record, &body_of)) {
                let item = body.map(|body| Item::of(caches, &record, body));
                return Some((key, item));
            }
        }
    }

    /// What is stored at a key now; none when it may not be read, or nobody knows it.
    fn look_up(
        &self,
        caches: &Caches,
        key: &str,
        record: &RecordKey,
        body_of: impl Fn(&Entry) -> Option<Body>,
    ) -> Option<Option<Body>> {
        let Some(entry) = caches.find(record) else {
            return Some(None);
        };
        if !self.may_read(key, record) || entry.is_cold() {
            return None;
        }
        Some(body_of(&entry))
    }

    /// Whether a change waits; otherwise the task is woken when one comes.
    pub(crate) fn poll_ready(&self, context: &Context<'_>) -> Poll<()> {
        if self.changes.borrow().is_empty() {
            return self.pending(context);
        }
        Poll::Ready(())
    }

    /// Has the task woken when a change comes.
    pub(crate) fn pending<T>(&self, context: &Context<'_>) -> Poll<T> {
        self.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let held = self.changes.take().iter().map(|change| change.held).sum();
        self.budget.give_back(held);
        self.budget.leave(self.bytes);
    }
}
