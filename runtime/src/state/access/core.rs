//! The parts of an access, and how it finds keys.

use super::growth::Growth;
use super::read_set::ReadSet;
use super::resolved_keys::{ResolvedKey, ResolvedKeys};
use crate::ledger::Ledger;
use crate::platform::Platform;
use crate::protocol::Error;
use crate::script_id::ScriptId;
use crate::state::cache::{Body, Caches, Entry, Item, RecordKey, Slot};
use crate::state::namespaces::{Namespace, VisibleNamespaces, check_length};
use crate::state::store::{Store, WriteReceipt};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A use of a key.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Read,
    Write,
}

/// The core of an access, so that what it does later can hold on to it.
pub(super) struct Core {
    pub(super) store: Rc<Store>,
    pub(super) namespaces: VisibleNamespaces,
    pub(super) receipt: Rc<WriteReceipt>,
    resolved: ResolvedKeys,
    pub(super) read_set: RefCell<ReadSet>,
    /// What its writes have made State hold more, and what it has asked the backend for.
    pub(super) growth: Growth,
    /// How many namespaces and entries the last listing has looked at.
    pub(super) looked_at: Cell<usize>,
    reads: Cell<u32>,
    writes: Cell<u32>,
}

impl Core {
    pub(super) fn new(store: Rc<Store>, script: ScriptId, ledger: Rc<Ledger>) -> Self {
        store.enter();
        Self {
            namespaces: VisibleNamespaces::new(store.registry().clone(), script),
            receipt: store.receipt(),
            store,
            resolved: ResolvedKeys::default(),
            read_set: RefCell::default(),
            growth: Growth::new(ledger),
            looked_at: Cell::new(0),
            reads: Cell::new(0),
            writes: Cell::new(0),
        }
    }

    pub(super) fn script(&self) -> &ScriptId {
        self.namespaces.script()
    }

    pub(super) fn platform(&self) -> &Rc<dyn Platform> {
        self.store.loader().platform()
    }

    pub(super) fn caches(&self) -> &Rc<Caches> {
        self.store.loader().caches()
    }

    /// The time, in milliseconds since the epoch.
    pub(super) fn now(&self) -> f64 {
        self.store.expiry().now()
    }

    /// Where `key` is kept, to be read. None when it is known that there is no record: a key
    /// without one leaves no trace, however many a script tries.
    ///
    /// # Errors
    /// Those of [`Core::resolve`].
    pub(super) fn readable(&self, key: &str) -> Result<Option<ResolvedKey>, Error> {
        self.find(key, Act::Read)
    }

    /// Where `key` is kept, to be removed. None as in [`Core::readable`].
    ///
    /// # Errors
    /// Those of [`Core::resolve`].
    pub(super) fn removable(&self, key: &str) -> Result<Option<ResolvedKey>, Error> {
        self.find(key, Act::Write)
    }

    /// Where `key` is kept, to be written.
    ///
    /// # Errors
    /// Those of [`Core::resolve`].
    pub(super) fn writable(&self, key: &str) -> Result<ResolvedKey, Error> {
        if let Some(resolved) = self.removable(key)? {
            return Ok(resolved);
        }
        let (namespace, record_key) = self.resolve(key, Act::Write)?;
        let cache = namespace.cache(self.caches());
        let entry = cache.entry(&record_key, Slot::Absent);
        Ok(self.keep(key, namespace, entry))
    }

    fn find(&self, key: &str, act: Act) -> Result<Option<ResolvedKey>, Error> {
        if let Some(resolved) = self.resolved.find(key, self.namespaces.generation()) {
            self.check(&resolved.namespace, key, act)?;
            return Ok(Some(resolved));
        }
        let (namespace, record_key) = self.resolve(key, act)?;
        let cache = namespace.cache(self.caches());
        let entry = match self.unseen(&namespace, &record_key) {
            Slot::Absent => match cache.find(record_key.as_str()) {
                Some(entry) => entry,
                None => return Ok(None),
            },
            slot => cache.entry(&record_key, slot),
        };
        Ok(Some(self.keep(key, namespace, entry)))
    }

    fn keep(&self, key: &str, namespace: Rc<Namespace>, entry: Rc<Entry>) -> ResolvedKey {
        let resolved = ResolvedKey { namespace, entry };
        let generation = self.namespaces.generation();
        self.resolved.keep(key, generation, resolved)
    }

    /// The namespace of `key` and its record's key, if the script may do this with it.
    ///
    /// # Errors
    /// [`Permission`](crate::protocol::ErrorKind::Permission);
    /// [`Value`](crate::protocol::ErrorKind::Value) for a key that is too long.
    pub(super) fn resolve(&self, key: &str, act: Act) -> Result<(Rc<Namespace>, RecordKey), Error> {
        check_length("key", key)?;
        let (namespace, rest) = self.namespaces.resolve(key)?;
        self.check(&namespace, key, act)?;
        let record_key = namespace.record_key(rest);
        Ok((namespace, record_key))
    }

    fn check(&self, namespace: &Namespace, key: &str, act: Act) -> Result<(), Error> {
        let act = match act {
            Act::Read if !namespace.config.read => "read",
            Act::Write if !namespace.config.write => "write",
            Act::Read | Act::Write => return Ok(()),
        };
        Err(namespace.refuse(self.script(), key, act))
    }

    /// The state of a key that is not in memory.
    fn unseen(&self, namespace: &Namespace, key: &RecordKey) -> Slot {
        if !namespace.config.persistent {
            return Slot::Absent;
        }
        match self.caches().unseen() {
            Slot::Cold if self.read_set.borrow().has(key.as_str()) => Slot::Absent,
            slot => slot,
        }
    }

    /// Whether memory says what is stored, and no backend has to be asked.
    pub(super) fn is_known(&self, resolved: &ResolvedKey) -> bool {
        let ResolvedKey { namespace, entry } = resolved;
        !entry.is_cold()
            && (!self.caches().reads_through()
                || !namespace.config.persistent
                || entry.is_pending()
                || self.read_set.borrow().has(entry.key.as_str()))
    }

    /// Releases an entry that says no more than its absence would.
    pub(super) fn release(&self, resolved: &ResolvedKey) {
        if resolved.namespace.config.persistent {
            self.caches().release(&resolved.entry);
        } else {
            self.caches().volatile().release(&resolved.entry);
        }
    }

    /// The value that is stored at `entry`, unless it has expired.
    pub(super) fn item(&self, entry: &Entry) -> Option<Item> {
        let body = self.body(entry)?;
        Some(Item::of(self.caches(), &entry.key, body))
    }

    /// The same, not handed out.
    pub(super) fn body(&self, entry: &Entry) -> Option<Body> {
        entry.body(self.store.expiry().now_for(entry))
    }

    /// Memory is about to hold so many bytes more for the sake of this access.
    ///
    /// # Errors
    /// [`exceeded`](crate::ledger::exceeded) when the run has none; nothing has changed then.
    pub(super) fn grow(&self, bytes: f64) -> Result<(), Error> {
        self.recount();
        self.growth.add(bytes)
    }

    /// Releases what counts for this access and is there no more.
    pub(super) fn recount(&self) {
        let known = self.read_set.borrow().bytes();
        self.growth.at_most(self.caches().weight() + known);
    }

    pub(super) fn count_read(&self) {
        self.reads.set(self.reads.get().saturating_add(1));
    }

    pub(super) fn count_write(&self) {
        self.writes.set(self.writes.get().saturating_add(1));
    }

    /// How many reads and writes there were.
    pub(super) fn counts(&self) -> (u32, u32) {
        (self.reads.get(), self.writes.get())
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.store.leave();
    }
}
