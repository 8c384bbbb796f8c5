use super::watcher::{Pattern, Watcher};
use crate::json::Unmetered;
use crate::protocol::{Error, Value};
use crate::state::access::Access;
use crate::state::access::check_length;
use crate::state::cache::Item;
use crate::state::store::Store;
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

/// The changes of what is watched, in order, until this is dropped. Ends never.
pub struct Watch {
    store: Rc<Store>,
    watcher: Rc<Watcher>,
}

impl Access {
    /// Watches a key and all below it (`a.b` and `a.b.c`), or all that begin with a text
    /// that ends with a dot or a star. Of those, it gives what the script may read at that time.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Permission`] when the script may read nothing of it;
    /// [`crate::protocol::ErrorKind::Value`] when it is too long; [`crate::ledger::exceeded`].
    pub fn watch(&self, pattern: &str) -> Result<Watch, Error> {
        check_length("pattern", pattern)?;
        let prefix = pattern.strip_suffix('*').unwrap_or(pattern);
        let namespaces = self.inner.namespaces.all(&self.inner.store.registry);
        let some = namespaces
            .iter()
            .any(|rules| rules.config.read && rules.record_prefix(prefix).is_some());
        if !some {
            self.inner.readable(pattern)?;
        }
        self.start_watch(Pattern::parse(pattern), pattern.len())
    }

    /// Watches exactly this key.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Permission`].
    pub fn watch_key(&self, key: &str) -> Result<Watch, Error> {
        self.inner.readable(key)?;
        self.start_watch(Pattern::Key(key.to_owned()), key.len())
    }

    /// Waits for the next change of `key` from now on; none when `timeout_ms` are over first.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Permission`].
    pub fn wait(
        &self,
        key: &str,
        timeout_ms: Option<u32>,
    ) -> Result<impl Future<Output = Option<Change>> + use<>, Error> {
        let watch = self.watch_key(key)?;
        let platform = self.inner.store.platform.clone();
        Ok(async move {
            let change = Box::pin(watch.next());
            match timeout_ms {
                None => Some(change.await),
                Some(ms) => match select(change, platform.sleep(ms)).await {
                    Either::Left((change, _)) => Some(change),
                    Either::Right(_) => None,
                },
            }
        })
    }

    /// How many are told of what this access changes, at the most.
    #[must_use]
    pub fn watchers(&self) -> usize {
        self.inner.store.watchers.len()
    }

    fn start_watch(&self, pattern: Pattern, bytes: usize) -> Result<Watch, Error> {
        let script = self.script().clone();
        let watcher = Rc::new(Watcher::new(self.sharing.clone(), script, pattern, bytes)?);
        let store = self.inner.store.clone();
        store.watchers.add(&watcher);
        Ok(Watch { store, watcher })
    }
}

impl Watch {
    /// The next change, if one has come already. A value that is unreadable is reported to who reads it.
    #[must_use]
    pub fn try_next(&self) -> Option<Change> {
        let (key, item) = self.try_next_item()?;
        let value = item.and_then(|item| item.value(&Unmetered).ok());
        Some(Change { key, value })
    }

    /// The same, before its value is parsed.
    #[must_use]
    pub fn try_next_item(&self) -> Option<(Rc<str>, Option<Item>)> {
        self.watcher.take_next(&self.store)
    }

    /// Waits for the next change.
    pub async fn next(&self) -> Change {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Whether a change has come; else the task is woken when one does.
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
