use super::access::Access;
use super::account::Account;
use super::clock::Clock;
use super::entry::Entry;
use super::item::Parsed;
use super::memory::{Entries, Memory};
use super::reading::Tell;
use super::record_key::RecordKey;
use super::registry::{Registration, Registry};
use super::rules::Rules;
use super::script_id::ScriptId;
use super::watcher::Watchers;
use super::writer::Writer;
use crate::ledger::Ledger;
use crate::notify::Notify;
use crate::platform::Platform;
use crate::protocol::{Error, NamespaceConfig, Record};
use crate::storage::{Backend, Pending, Reading};
use futures::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A session's State: its backend, and what of it is in memory.
pub struct Store {
    pub(super) platform: Rc<dyn Platform>,
    pub(super) backend: Rc<dyn Backend>,
    pub(super) reading: Reading,
    /// What the backend has, or is to have.
    pub(super) memory: Memory,
    /// What lasts no longer than the store.
    pub(super) volatile: Memory,
    /// What was cleared, as long as the backend may fail to.
    pub(super) aside: RefCell<Vec<Rc<RefCell<Entries>>>>,
    /// How many readings are under way.
    pub(super) reads: Cell<u32>,
    /// What memory lets go of when they have ended.
    pub(super) unreleased: RefCell<Vec<Rc<Entry>>>,
    pub(super) writer: Writer,
    pub(super) registry: Registry,
    pub(super) watchers: Watchers,
    pub(super) parsed: Parsed,
    pub(super) sweeping: Cell<bool>,
    /// The stamp of the last clear's end: what was asked before it is out of date. The highest
    /// there is while a clear is under way.
    pub(super) cleared: Cell<u64>,
    pub(super) accesses: Cell<u32>,
    /// What does not last and is being updated.
    pub(super) held: RefCell<Vec<RecordKey>>,
    /// Woken when one of these is free.
    pub(super) released: Notify,
    clock: Clock,
    stamp: Cell<u64>,
    last_account: Cell<u32>,
}

impl Store {
    /// Makes `backend` ready and loads what it holds, if State alone writes to it.
    ///
    /// # Errors
    /// What the backend's `init` or its first read failed with.
    pub fn open(platform: Rc<dyn Platform>, backend: Rc<dyn Backend>) -> Pending<Rc<Self>> {
        Box::pin(async move {
            backend.init().await?;
            // Before the first read, so that nothing is missed.
            let changes = backend.changes();
            let store = Rc::new(Self::new(platform, backend));
            if store.reading == Reading::Loaded {
                if let Err(error) = store.read_prefix("", Tell::Nobody).await {
                    // Reading's failure is the one to tell.
                    let _ = store.backend.close().await;
                    return Err(error);
                }
                store.sweep_if_needed();
            }
            if let Some(changes) = changes {
                store.follow(changes);
            }
            Ok(store)
        })
    }

    fn new(platform: Rc<dyn Platform>, backend: Rc<dyn Backend>) -> Self {
        Self {
            platform,
            reading: backend.reading(),
            backend,
            memory: Memory::default(),
            volatile: Memory::default(),
            aside: RefCell::default(),
            reads: Cell::default(),
            unreleased: RefCell::default(),
            writer: Writer::default(),
            registry: Registry::default(),
            watchers: Watchers::default(),
            parsed: Parsed::default(),
            sweeping: Cell::new(false),
            cleared: Cell::new(0),
            accesses: Cell::new(0),
            held: RefCell::default(),
            released: Notify::default(),
            clock: Clock::default(),
            stamp: Cell::new(0),
            last_account: Cell::new(0),
        }
    }

    /// The page's way in, as `script`.
    #[must_use]
    pub fn access(self: &Rc<Self>, script: ScriptId) -> Access {
        self.access_of_run(script, Ledger::new())
    }

    /// A run's way in, as `script`: what is held for its sake counts in `ledger`.
    #[must_use]
    pub fn access_of_run(self: &Rc<Self>, script: ScriptId, ledger: Rc<Ledger>) -> Access {
        Access::new(self.clone(), script, ledger)
    }

    /// Declares namespaces for `script`: all of them, or none.
    ///
    /// # Errors
    /// As [`Access::register`].
    pub fn register(
        &self,
        script: &ScriptId,
        configs: &[(String, NamespaceConfig)],
    ) -> Result<(), Error> {
        self.registry.register(script, configs)
    }

    /// Takes back what `script` has declared; its records stay.
    pub fn unregister(&self, script: &ScriptId) {
        self.registry.unregister(script);
    }

    /// Has `listener` told of every declaration from now on, once it is made.
    pub fn on_registration(&self, listener: Box<dyn Fn(Registration<'_>)>) {
        self.registry.listen(listener);
    }

    /// Completes when every write so far has ended, and others who keep the same records in
    /// memory have it. One that fails is its writer's error.
    pub fn flush(self: &Rc<Self>) -> LocalBoxFuture<'static, ()> {
        let store = self.clone();
        Box::pin(async move {
            store.writer.flushed().await;
            store.backend.propagated().await;
        })
    }

    /// Makes every write durable and closes the backend.
    ///
    /// # Errors
    /// What the backend's `close` failed with. A write that fails is its writer's error.
    pub fn close(self: &Rc<Self>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            // What has expired must not be there again should the clock be set back meanwhile.
            store.purge_in_slices(None).await;
            store.writer.idle().await;
            store.backend.close().await
        })
    }

    /// An account of its own.
    pub(super) fn account(&self) -> Rc<Account> {
        // 0 is nobody's.
        let id = self.last_account.get().wrapping_add(1).max(1);
        self.last_account.set(id);
        Rc::new(Account::new(id))
    }

    /// The time, in milliseconds since the epoch. When the clock was set back, what had
    /// expired before is removed first: entries may be let go here.
    pub(super) fn now(self: &Rc<Self>) -> f64 {
        let (now, set_back_from) = self.clock.read(&*self.platform);
        if let Some(before) = set_back_from {
            self.purge(before);
        }
        now
    }

    /// The time, as far as it matters to `entry`.
    pub(super) fn now_for(self: &Rc<Self>, entry: &Entry) -> f64 {
        if entry.expires() {
            self.now()
        } else {
            f64::NEG_INFINITY
        }
    }

    /// The next number of the store's own count of changes and questions.
    pub(super) fn next_stamp(&self) -> u64 {
        let stamp = self.stamp.get() + 1;
        self.stamp.set(stamp);
        stamp
    }

    /// Where a namespace's records are.
    pub(super) fn memory_of(&self, rules: &Rules) -> &Memory {
        if rules.config.persistent {
            &self.memory
        } else {
            &self.volatile
        }
    }

    /// What memory has at `key`.
    pub(super) fn find(&self, key: &RecordKey) -> Option<Rc<Entry>> {
        let memories = [&self.memory, &self.volatile];
        memories.iter().find_map(|memory| memory.find(key.as_str()))
    }

    /// The record in memory at `entry`.
    pub(super) fn record(&self, entry: &Entry) -> Result<Option<Record>, Error> {
        entry
            .stored()
            .map(|stored| stored.record(&entry.key))
            .transpose()
    }
}
