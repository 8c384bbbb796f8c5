//! Watches: the changes of keys that a script may read.

use super::core::Core;
use crate::json::Unmetered;
use crate::protocol::{Error, Value};
use crate::state::cache::{Entry, Item};
use crate::state::namespaces::{VisibleNamespaces, check_length};
use crate::state::store::Store;
use crate::state::watch::{Pattern, WatchBudget, Watcher};
use futures::Stream;
use futures::future::{Either, select};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A change of a key that is watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The key, as the script knows it.
    pub key: Rc<str>,
    /// Its value now; none when it was removed or has expired.
    pub value: Option<Rc<Value>>,
}

/// The changes of what is watched, in order, until this is dropped. They never end.
pub struct Watch {
    store: Rc<Store>,
    watcher: Rc<Watcher>,
}

/// Watches what `pattern` matches; see [`Access::watch`](super::Access::watch).
///
/// # Errors
/// [`Permission`](crate::protocol::ErrorKind::Permission) when the script may read nothing of it;
/// [`Value`](crate::protocol::ErrorKind::Value) when it is too long; [`crate::ledger::exceeded`].
pub(super) fn watch(core: &Core, budget: &WatchBudget, pattern: &str) -> Result<Watch, Error> {
    check_length("pattern", pattern)?;
    let prefix = pattern.strip_suffix('*').unwrap_or(pattern);
    let namespaces = core.namespaces.all();
    let some = namespaces
        .iter()
        .any(|namespace| namespace.config.read && namespace.record_prefix(prefix).is_some());
    if !some {
        core.readable(pattern)?;
    }
    start(core, budget, Pattern::parse(pattern), pattern.len())
}

/// Watches exactly this key.
///
/// # Errors
/// [`Permission`](crate::protocol::ErrorKind::Permission).
pub(super) fn watch_key(core: &Core, budget: &WatchBudget, key: &str) -> Result<Watch, Error> {
    core.readable(key)?;
    start(core, budget, Pattern::Key(key.to_owned()), key.len())
}

fn start(
    core: &Core,
    budget: &WatchBudget,
    pattern: Pattern,
    bytes: usize,
) -> Result<Watch, Error> {
    let store = core.store.clone();
    let namespaces = VisibleNamespaces::new(store.registry().clone(), core.script().clone());
    let watcher = Rc::new(Watcher::new(budget.clone(), namespaces, pattern, bytes)?);
    store.loader().feed().add(&watcher);
    Ok(Watch { store, watcher })
}

impl Watch {
    /// The next change, if one has come already. A value that is unreadable is reported to whoever reads it.
    #[must_use]
    pub fn try_next(&self) -> Option<Change> {
        let (key, item) = self.try_next_item()?;
        let value = item.and_then(|item| item.value(&Unmetered).ok());
        Some(Change { key, value })
    }

    /// The same, before its value is parsed.
    #[must_use]
    pub fn try_next_item(&self) -> Option<(Rc<str>, Option<Item>)> {
        let Self { store, watcher } = self;
        let body_of = |entry: &Entry| entry.body(store.expiry().now_for(entry));
        watcher.take_next(store.loader().caches(), body_of)
    }

    /// Waits for the next change; none when `timeout_ms` are over first.
    pub(super) async fn next_within(self, timeout_ms: Option<u32>) -> Option<Change> {
        let platform = self.store.loader().platform().clone();
        let change = Box::pin(self.next());
        match timeout_ms {
            None => Some(change.await),
            Some(ms) => match select(change, platform.sleep(ms)).await {
                Either::Left((change, _)) => Some(change),
                Either::Right(_) => None,
            },
        }
    }

    /// Waits for the next change.
    pub async fn next(&self) -> Change {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Whether a change has come; otherwise the task is woken when one does.
    pub fn poll_ready(&self, context: &Context<'_>) -> Poll<()> {
        self.watcher.poll_ready(context)
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Change> {
        match self.try_next() {
            Some(change) => Poll::Ready(change),
            None => self.watcher.pending(context),
        }
    }
}

impl Stream for Watch {
    type Item = Change;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Change>> {
        self.poll(context).map(Some)
    }
}
