use super::access::Access;
use super::entry::{Entry, Slot, Stored};
use super::memory::Memory;
use super::record_key::RecordKey;
use super::rules::Rules;
use super::script_id::ScriptId;
use super::writer::Writer;
use crate::platform::Platform;
use crate::protocol::{Error, Record};
use crate::storage::{Backend, Pending, Reading};
use std::cell::Cell;
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
    pub(super) writer: Writer,
    stamp: Cell<u64>,
    last_account: Cell<u32>,
    pub(super) accesses: Cell<u32>,
}

impl Store {
    /// Makes `backend` ready and loads what it holds, if State alone writes to it.
    ///
    /// # Errors
    /// What the backend's `init` or its first read failed with.
    pub fn open(platform: Rc<dyn Platform>, backend: Rc<dyn Backend>) -> Pending<Rc<Self>> {
        Box::pin(async move {
            backend.init().await?;
            let reading = backend.reading();
            let store = Rc::new(Self {
                platform,
                backend,
                reading,
                memory: Memory::default(),
                volatile: Memory::default(),
                writer: Writer::default(),
                stamp: Cell::new(0),
                last_account: Cell::new(0),
                accesses: Cell::new(0),
            });
            if reading == Reading::Loaded {
                store.read_prefix(String::new()).await?;
            }
            Ok(store)
        })
    }

    /// A run's or a page's way in, as `script`.
    #[must_use]
    pub fn access(self: &Rc<Self>, script: ScriptId) -> Access {
        // 0 is nobody's.
        let account = self.last_account.get().wrapping_add(1).max(1);
        self.last_account.set(account);
        Access::new(self.clone(), script, account)
    }

    /// Makes every write durable and closes the backend.
    ///
    /// # Errors
    /// What the backend's `close` failed with. A write that fails is its writer's error.
    pub fn close(self: &Rc<Self>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            store.writer.idle().await;
            store.backend.close().await
        })
    }

    /// The time, in milliseconds since the epoch.
    pub(super) fn now(&self) -> f64 {
        self.platform.now_ms()
    }

    /// The next number of the store's own count of changes and questions.
    pub(super) fn next_stamp(&self) -> u64 {
        let stamp = self.stamp.get() + 1;
        self.stamp.set(stamp);
        stamp
    }

    /// Where a namespace's records are.
    pub(super) fn memory_of(&self, rules: &Rules) -> &Memory {
        if rules.persistent {
            &self.memory
        } else {
            &self.volatile
        }
    }

    /// What a key that memory does not have is.
    pub(super) fn unseen(&self, rules: &Rules) -> Slot {
        match self.reading {
            Reading::Through if rules.persistent => Slot::Cold,
            _ => Slot::Absent,
        }
    }

    /// Lets go of an entry that says no more than its absence would.
    pub(super) fn release(&self, entry: &Rc<Entry>) {
        if self.reading == Reading::Loaded {
            self.memory.release(entry);
        }
    }

    /// Lets go of what others may change unheard, when nobody is looking.
    pub(super) fn forget(&self) {
        self.memory.retain(Entry::is_pending);
    }

    /// Reads `keys` from the backend into memory.
    pub(super) async fn read_keys(&self, keys: Vec<RecordKey>) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        let stamp = self.next_stamp();
        let names = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let records = self.backend.get_many(names).await?;
        let asked = keys
            .iter()
            .map(|key| self.memory.entry(key, Slot::Cold))
            .collect::<Vec<_>>();
        self.take_in(records, asked, stamp);
        Ok(())
    }

    /// Reads every record whose key begins with `prefix` from the backend into memory.
    pub(super) async fn read_prefix(&self, prefix: String) -> Result<(), Error> {
        let stamp = self.next_stamp();
        let records = self.backend.scan(prefix.clone()).await?;
        self.take_in(records, self.memory.range(&prefix), stamp);
        Ok(())
    }

    /// Takes in the answer to what was asked at `stamp`: what is not among the records is
    /// absent. What has been written or asked since is newer and stays.
    fn take_in(&self, records: Vec<Record>, asked: Vec<Rc<Entry>>, stamp: u64) {
        for record in records {
            let key = RecordKey::new(record.key.as_str());
            let entry = self.memory.entry(&key, Slot::Cold);
            if !entry.is_pending() && entry.stamp.get() < stamp {
                entry.put(Slot::Present(Stored::of(record)));
                entry.stamp.set(stamp);
            }
        }
        for entry in asked {
            if !entry.is_pending() && entry.stamp.get() < stamp {
                entry.put(Slot::Absent);
                entry.stamp.set(stamp);
                self.release(&entry);
            }
        }
    }
}
