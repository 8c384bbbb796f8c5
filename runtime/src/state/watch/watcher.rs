use crate::ledger::{Held, Ledger, block, exceeded};
use crate::protocol::Error;
use crate::state::cache::Item;
use crate::state::cache::RecordKey;
use crate::state::cache::{Body, Entry};
use crate::state::namespaces::Namespaces;
use crate::state::namespaces::ScriptId;
use crate::state::store::Store;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

/// Who is told of changes.
#[derive(Default)]
pub(crate) struct Watchers(RefCell<Vec<Weak<Watcher>>>);

impl Watchers {
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn add(&self, watcher: &Rc<Watcher>) {
        let mut watchers = self.0.borrow_mut();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Rc::downgrade(watcher));
    }
}

/// The watches of an access share what may wait for them, which counts for its run.
#[derive(Clone)]
pub(crate) struct Sharing(Rc<Shared>);

struct Shared {
    watches: Cell<usize>,
    /// What they take themselves.
    held: Held,
    /// What waits for them.
    waiting: Held,
}

impl Sharing {
    pub(crate) fn new(ledger: Rc<Ledger>) -> Self {
        Self(Rc::new(Shared {
            watches: Cell::new(0),
            held: Held::new(ledger.clone()),
            waiting: Held::new(ledger),
        }))
    }
}

/// A watch's end in State: what waits for it.
pub(crate) struct Watcher {
    namespaces: Namespaces,
    sharing: Sharing,
    pattern: Pattern,
    /// What it takes itself.
    bytes: usize,
    changes: RefCell<VecDeque<Waiting>>,
    /// What they take.
    waiting: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

/// A change that waits.
struct Waiting {
    /// As the script knows it.
    key: Rc<str>,
    record: RecordKey,
    /// None for a value that is too large to wait: it is looked up when it is its turn.
    value: Option<Option<Body>>,
    /// What it takes, and what of that the run has had room for.
    bytes: usize,
    held: usize,
}

/// How many changes, and bytes of them, wait for a watcher before an older one of the same key, or else the
/// oldest, gives way: at the most, for all of an access together, and at the least.
const MOST: usize = 4096;
const MOST_TOGETHER: usize = 16_384;
const LEAST: usize = 16;
const MOST_BYTES: usize = 1 << 20;
const MOST_BYTES_TOGETHER: usize = 1 << 23;
const LEAST_BYTES: usize = 1 << 13;
/// What waits takes no more than this part of its run's memory, which others could fill with it else.
const SHARE: usize = 8;
/// About what a watcher takes beside its pattern, and a change beside its key and value.
const WATCHER_BYTES: usize = 512;
const CHANGE_BYTES: usize = 96;

pub(crate) enum Pattern {
    Key(String),
    /// The key, and all below it.
    Tree(String),
    Prefix(String),
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Self {
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

impl Store {
    /// Whether anybody is told of changes.
    pub(crate) fn is_watched(&self) -> bool {
        self.watchers.len() > 0
    }

    /// Tells the watchers of `entry` what it is now.
    pub(crate) fn publish(&self, entry: &Entry) {
        if self.is_watched() {
            self.tell(entry, entry.body(f64::NEG_INFINITY));
        }
    }

    /// Tells the watchers of `entry` that it was cleared.
    pub(crate) fn publish_removed(&self, entry: &Entry) {
        self.tell(entry, None);
    }

    fn tell(&self, entry: &Entry, body: Option<Body>) {
        let Some(key) = entry.key.script_key() else {
            return;
        };
        let weight = body.as_ref().and_then(|_| entry.charge(f64::NEG_INFINITY));
        let (key, body): (Rc<str>, _) = (key.into(), body.map(Body::unparsed));
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
                watcher.push(&key, &entry.key, weight.unwrap_or_default(), &body);
            }
        }
    }
}

impl Watcher {
    /// Watches `pattern`, a text of so many bytes.
    ///
    /// # Errors
    /// [`exceeded`] when the run has no room.
    pub(crate) fn new(
        sharing: Sharing,
        script: ScriptId,
        pattern: Pattern,
        bytes: usize,
    ) -> Result<Self, Error> {
        let bytes = block(bytes) + WATCHER_BYTES;
        if !sharing.0.held.more(bytes) {
            return Err(exceeded());
        }
        sharing.0.watches.set(sharing.0.watches.get() + 1);
        Ok(Self {
            namespaces: Namespaces::new(script),
            sharing,
            pattern,
            bytes,
            changes: RefCell::default(),
            waiting: Cell::new(0),
            waker: RefCell::default(),
        })
    }

    fn may_read(&self, store: &Store, key: &str, entry: &Entry) -> bool {
        let resolved = self.namespaces.resolve(&store.registry, key);
        resolved.is_ok_and(|(rules, rest)| rules.config.read && rules.record_key(rest) == entry.key)
    }

    fn push(&self, key: &Rc<str>, record: &RecordKey, weight: usize, body: &Option<Body>) {
        let small = key.len() + CHANGE_BYTES;
        let mut waiting = Waiting {
            key: key.clone(),
            record: record.clone(),
            value: None,
            bytes: small,
            held: 0,
        };
        if small + weight <= self.most_bytes() {
            waiting.value = Some(body.clone());
            waiting.bytes += weight;
        }
        while !self.take_room(&mut waiting) {
            let same = |other: &Waiting| other.key == *key;
            let older = self.changes.borrow().iter().position(same);
            if self.take(older.unwrap_or(0)).is_none() {
                // The run has no room at all: the value does not wait.
                waiting.value = None;
                waiting.bytes = small;
                break;
            }
        }
        self.waiting.set(self.waiting.get() + waiting.bytes);
        self.changes.borrow_mut().push_back(waiting);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn most_bytes(&self) -> usize {
        (MOST_BYTES_TOGETHER / self.sharing.0.watches.get()).clamp(LEAST_BYTES, MOST_BYTES)
    }

    /// Counts a change that is about to wait; false when others have to give way first.
    fn take_room(&self, change: &mut Waiting) -> bool {
        let watches = self.sharing.0.watches.get();
        let most = (MOST_TOGETHER / watches).clamp(LEAST, MOST);
        let is_full = self.changes.borrow().len() >= most
            || self.waiting.get() + change.bytes > self.most_bytes();
        if is_full && !self.changes.borrow().is_empty() {
            return false;
        }
        let waiting = &self.sharing.0.waiting;
        let most = waiting.ledger().limit() / SHARE;
        let has_room = waiting.bytes() + change.bytes <= most && waiting.more(change.bytes);
        change.held = if has_room { change.bytes } else { 0 };
        has_room
    }

    fn take(&self, index: usize) -> Option<Waiting> {
        let change = self.changes.borrow_mut().remove(index)?;
        self.waiting.set(self.waiting.get() - change.bytes);
        self.sharing.0.waiting.less(change.held);
        Some(change)
    }

    /// The next change of what may be read by now: its key, and its value before it is parsed.
    pub(crate) fn take_next(&self, store: &Rc<Store>) -> Option<(Rc<str>, Option<Item>)> {
        loop {
            let Waiting {
                key, record, value, ..
            } = self.take(0)?;
            match value {
                Some(body) => {
                    return Some((key, body.map(|body| Item::of(store, &record, body))));
                }
                None => {
                    if let Some(item) = self.look_up(store, &key, &record) {
                        return Some((key, item));
                    }
                }
            }
        }
    }

    /// What a key is now; none when it may not be read, or nobody knows it.
    fn look_up(&self, store: &Rc<Store>, key: &str, record: &RecordKey) -> Option<Option<Item>> {
        let Some(entry) = store.find(record) else {
            return Some(None);
        };
        if !self.may_read(store, key, &entry) || entry.is_cold() {
            return None;
        }
        Some(Item::at(store, &entry))
    }

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
        let changes = self.changes.take();
        let held: usize = changes.iter().map(|change| change.held).sum();
        let shared = &self.sharing.0;
        shared.waiting.less(held);
        shared.held.less(self.bytes);
        shared.watches.set(shared.watches.get() - 1);
    }
}
