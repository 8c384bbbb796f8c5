use super::access::Access;
use super::entry::Entry;
use super::key::check_length;
use super::namespaces::Namespaces;
use super::script_id::ScriptId;
use super::store::Store;
use crate::protocol::{Error, Value};
use futures::Stream;
use futures::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

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
    watcher: Rc<Watcher>,
}

/// Who is told of changes.
#[derive(Default)]
pub(super) struct Watchers(RefCell<Vec<Weak<Watcher>>>);

/// How many watches an access has: they share what may wait for them.
#[derive(Clone, Default)]
pub(super) struct Sharing(Rc<Cell<usize>>);

struct Watcher {
    namespaces: Namespaces,
    sharing: Sharing,
    pattern: Pattern,
    /// With the bytes of their keys, and those that their values take as JSON.
    changes: RefCell<VecDeque<(Change, usize)>>,
    bytes: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

/// How many changes, and bytes of their keys and values, wait for a watcher before an older one of the same
/// key, or else the oldest, gives way: at the most, for all of an access together, and at the least.
const MOST: usize = 4096;
const MOST_TOGETHER: usize = 16_384;
const LEAST: usize = 16;
const MOST_BYTES: usize = 1 << 20;
const MOST_BYTES_TOGETHER: usize = 1 << 23;
const LEAST_BYTES: usize = 1 << 13;

enum Pattern {
    Key(String),
    /// The key, and all below it.
    Tree(String),
    Prefix(String),
}

impl Pattern {
    fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(prefix) => Self::Prefix(prefix.to_owned()),
            None if text.is_empty() || text.ends_with('.') => Self::Prefix(text.to_owned()),
            None => Self::Tree(text.to_owned()),
        }
    }

    fn matches(&self, key: &str) -> bool {
        match self {
            Self::Key(watched) => key == watched,
            Self::Tree(watched) => key
                .strip_prefix(&**watched)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
            Self::Prefix(prefix) => key.starts_with(&**prefix),
        }
    }
}

impl Access {
    /// Watches a key and all below it (`a.b` and `a.b.c`), or all that begin with a text
    /// that ends with a dot or a star. Of those, it gives what the script may read at that time.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Permission`] when the script may read nothing of it;
    /// [`crate::protocol::ErrorKind::Value`] when it is too long.
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
        Ok(self.start_watch(Pattern::parse(pattern)))
    }

    /// Watches exactly this key.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Permission`].
    pub fn watch_key(&self, key: &str) -> Result<Watch, Error> {
        self.inner.readable(key)?;
        Ok(self.start_watch(Pattern::Key(key.to_owned())))
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
        self.inner.store.watchers.0.borrow().len()
    }

    fn start_watch(&self, pattern: Pattern) -> Watch {
        let sharing = self.sharing.clone();
        sharing.0.set(sharing.0.get() + 1);
        let watcher = Rc::new(Watcher {
            namespaces: Namespaces::new(self.script().clone()),
            sharing,
            pattern,
            changes: RefCell::default(),
            bytes: Cell::new(0),
            waker: RefCell::default(),
        });
        let mut watchers = self.inner.store.watchers.0.borrow_mut();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Rc::downgrade(&watcher));
        Watch { watcher }
    }
}

impl Watch {
    /// The next change, if one has come already.
    #[must_use]
    pub fn try_next(&self) -> Option<Change> {
        self.watcher.take(0)
    }

    /// Waits for the next change.
    pub async fn next(&self) -> Change {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Whether a change has come; else the task is woken when one does.
    pub fn poll_ready(&self, context: &Context<'_>) -> Poll<()> {
        if self.watcher.changes.borrow().is_empty() {
            self.watcher.waker.replace(Some(context.waker().clone()));
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Change> {
        match self.try_next() {
            Some(change) => Poll::Ready(change),
            None => {
                self.watcher.waker.replace(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl Stream for Watch {
    type Item = Change;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Change>> {
        self.poll(context).map(Some)
    }
}

impl Store {
    /// Whether anybody is told of changes.
    pub(super) fn is_watched(&self) -> bool {
        !self.watchers.0.borrow().is_empty()
    }

    /// Tells the watchers of `entry` what it is now.
    pub(super) fn publish(&self, entry: &Entry) {
        if self.is_watched() {
            // A value that is unreadable is reported to who reads it.
            let value = entry
                .value(self.backend.name(), f64::NEG_INFINITY)
                .unwrap_or_default();
            self.tell(entry, value, entry.length(f64::NEG_INFINITY));
        }
    }

    /// Tells the watchers of `entry` that it was cleared.
    pub(super) fn publish_removed(&self, entry: &Entry) {
        self.tell(entry, None, None);
    }

    fn tell(&self, entry: &Entry, value: Option<Rc<Value>>, length: Option<usize>) {
        let Some(key) = entry.key.script_key() else {
            return;
        };
        let length = key.len() + length.unwrap_or_default();
        let key: Rc<str> = key.into();
        let watchers = self.watchers.0.borrow().clone();
        // A run has many watchers, one after the other.
        let mut last: Option<(ScriptId, bool)> = None;
        for watcher in watchers.iter().filter_map(Weak::upgrade) {
            if !watcher.pattern.matches(&key) {
                continue;
            }
            let script = &watcher.namespaces.script;
            let may_read = match &last {
                Some((other, may_read)) if other == script => *may_read,
                _ => watcher.may_read(self, &key, entry),
            };
            last = Some((script.clone(), may_read));
            if may_read {
                let change = Change {
                    key: key.clone(),
                    value: value.clone(),
                };
                watcher.push(change, length);
            }
        }
    }
}

impl Watcher {
    fn may_read(&self, store: &Store, key: &str, entry: &Entry) -> bool {
        let resolved = self.namespaces.resolve(&store.registry, key);
        resolved.is_ok_and(|(rules, rest)| rules.config.read && rules.record_key(rest) == entry.key)
    }

    fn push(&self, change: Change, length: usize) {
        while self.is_full(length) {
            let same = |(other, _): &(Change, usize)| other.key == change.key;
            let older = self.changes.borrow().iter().position(same);
            self.take(older.unwrap_or(0));
        }
        self.bytes.set(self.bytes.get() + length);
        self.changes.borrow_mut().push_back((change, length));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn is_full(&self, length: usize) -> bool {
        let watches = self.sharing.0.get();
        let most = (MOST_TOGETHER / watches).clamp(LEAST, MOST);
        let most_bytes = (MOST_BYTES_TOGETHER / watches).clamp(LEAST_BYTES, MOST_BYTES);
        let waiting = self.changes.borrow().len();
        waiting >= most || (waiting > 0 && self.bytes.get() + length > most_bytes)
    }

    fn take(&self, index: usize) -> Option<Change> {
        let (change, length) = self.changes.borrow_mut().remove(index)?;
        self.bytes.set(self.bytes.get() - length);
        Some(change)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.sharing.0.set(self.sharing.0.get() - 1);
    }
}
