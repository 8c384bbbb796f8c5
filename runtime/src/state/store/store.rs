use super::clock::Clock;
use super::load::Tell;
use super::write_receipt::Account;
use super::writer::Writer;
use crate::ledger::Ledger;
use crate::notify::Notify;
use crate::platform::Platform;
use crate::protocol::{Error, NamespaceConfig, Record};
use crate::state::access::Access;
use crate::state::cache::Entry;
use crate::state::cache::Parsed;
use crate::state::cache::RecordKey;
use crate::state::cache::{Entries, Memory};
use crate::state::namespaces::Rules;
use crate::state::namespaces::ScriptId;
use crate::state::namespaces::{Registration, Registry};
use crate::state::watch::Watchers;
use crate::storage::{Backend, Pending, Reading};
use futures::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A session's State: its backend, and what of it is in memory.
pub struct Store {
    pub(crate) platform: Rc<dyn Platform>,
    pub(crate) backend: Rc<dyn Backend>,
    pub(crate) reading: Reading,
    /// What the backend has, or is to have.
    pub(crate) memory: Memory,
    /// What lasts no longer than the store.
    pub(crate) volatile: Memory,
    /// What was cleared, as long as the backend may fail to.
    pub(crate) aside: RefCell<Vec<Rc<RefCell<Entries>>>>,
    /// How many readings are under way.
    pub(crate) reads: Cell<u32>,
    /// What memory lets go of when they have ended.
    pub(crate) unreleased: RefCell<Vec<Rc<Entry>>>,
    pub(crate) writer: Writer,
    pub(crate) registry: Registry,
    pub(crate) watchers: Watchers,
    pub(crate) parsed: Parsed,
    pub(crate) sweeping: Cell<bool>,
    /// The stamp of the last clear's end: what was asked before it is out of date. The highest
    /// there is while a clear is under way.
    pub(crate) cleared: Cell<u64>,
    pub(crate) accesses: Cell<u32>,
    /// What does not last and is being updated.
    pub(crate) held: RefCell<Vec<RecordKey>>,
    /// Woken when one of these is free.
    pub(crate) released: Notify,
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
    pub(crate) fn account(&self) -> Rc<Account> {
        // 0 is nobody's.
        let id = self.last_account.get().wrapping_add(1).max(1);
        self.last_account.set(id);
        Rc::new(Account::new(id))
    }

    /// The time, in milliseconds since the epoch. When the clock was set back, what had
    /// expired before is removed first: entries may be let go here.
    pub(crate) fn now(self: &Rc<Self>) -> f64 {
        let (now, set_back_from) = self.clock.read(&*self.platform);
        if let Some(before) = set_back_from {
            self.purge(before);
        }
        now
    }

    /// The time, as far as it matters to `entry`.
    pub(crate) fn now_for(self: &Rc<Self>, entry: &Entry) -> f64 {
        if entry.expires() {
            self.now()
        } else {
            f64::NEG_INFINITY
        }
    }

    /// The next number of the store's own count of changes and questions.
    pub(crate) fn next_stamp(&self) -> u64 {
        let stamp = self.stamp.get() + 1;
        self.stamp.set(stamp);
        stamp
    }

    /// Where a namespace's records are.
    pub(crate) fn memory_of(&self, rules: &Rules) -> &Memory {
        if rules.config.persistent {
            &self.memory
        } else {
            &self.volatile
        }
    }

    /// What memory has at `key`.
    pub(crate) fn find(&self, key: &RecordKey) -> Option<Rc<Entry>> {
        let memories = [&self.memory, &self.volatile];
        memories.iter().find_map(|memory| memory.find(key.as_str()))
    }

    /// The record in memory at `entry`.
    pub(crate) fn record(&self, entry: &Entry) -> Result<Option<Record>, Error> {
        entry
            .stored()
            .map(|stored| stored.record(&entry.key))
            .transpose()
    }
}
