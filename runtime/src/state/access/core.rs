use super::growth::Growth;
use super::key_length::check_length;
use super::read_set::Known;
use super::resolved_keys::{Place, Places};
use crate::ledger::Ledger;
use crate::protocol::Error;
use crate::state::cache::Item;
use crate::state::cache::RecordKey;
use crate::state::cache::{Entry, Slot};
use crate::state::namespaces::Namespaces;
use crate::state::namespaces::Rules;
use crate::state::namespaces::ScriptId;
use crate::state::store::Account;
use crate::state::store::Store;
use crate::state::store::Tell;
use crate::storage::Reading;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What is done with a key.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Read,
    Write,
}

/// What an access is made of, so that what it does later can hold on to it.
pub(crate) struct Inner {
    pub(crate) store: Rc<Store>,
    pub(crate) namespaces: Namespaces,
    pub(crate) account: Rc<Account>,
    places: Places,
    pub(crate) known: RefCell<Known>,
    pub(crate) reads: Cell<u32>,
    pub(crate) writes: Cell<u32>,
    /// How many namespaces and entries the last listing has looked at.
    pub(crate) looked_at: Cell<usize>,
    /// What its writes have made State hold more, and what it has asked the backend for.
    pub(crate) growth: Growth,
}

impl Inner {
    pub(crate) fn new(store: Rc<Store>, script: ScriptId, ledger: Rc<Ledger>) -> Self {
        store.accesses.set(store.accesses.get() + 1);
        Self {
            account: store.account(),
            store,
            namespaces: Namespaces::new(script),
            places: Places::default(),
            known: RefCell::default(),
            reads: Cell::new(0),
            writes: Cell::new(0),
            looked_at: Cell::new(0),
            growth: Growth::new(ledger),
        }
    }

    pub(crate) fn script(&self) -> &ScriptId {
        &self.namespaces.script
    }

    /// Where `key` is kept, to be read. None when it is known that there is no record: a key
    /// without one leaves no trace, however many a script tries.
    pub(crate) fn readable(&self, key: &str) -> Result<Option<Place>, Error> {
        self.find(key, Act::Read)
    }

    /// Where `key` is kept, to be removed. None as in [`Inner::readable`].
    pub(crate) fn removable(&self, key: &str) -> Result<Option<Place>, Error> {
        self.find(key, Act::Write)
    }

    /// Where `key` is kept, to be written.
    pub(crate) fn writable(&self, key: &str) -> Result<Place, Error> {
        if let Some(place) = self.removable(key)? {
            return Ok(place);
        }
        let (rules, record_key) = self.resolve(key, Act::Write)?;
        let entry = self
            .store
            .memory_of(&rules)
            .entry(&record_key, Slot::Absent);
        let generation = self.store.registry.generation();
        Ok(self.places.keep(key, generation, Place { rules, entry }))
    }

    fn find(&self, key: &str, act: Act) -> Result<Option<Place>, Error> {
        let generation = self.store.registry.generation();
        if let Some(place) = self.places.find(key, generation) {
            self.check(&place.rules, key, act)?;
            return Ok(Some(place));
        }
        let (rules, record_key) = self.resolve(key, act)?;
        let memory = self.store.memory_of(&rules);
        let entry = match self.unseen(&rules, &record_key) {
            Slot::Absent => match memory.find(record_key.as_str()) {
                Some(entry) => entry,
                None => return Ok(None),
            },
            slot => memory.entry(&record_key, slot),
        };
        Ok(Some(self.places.keep(
            key,
            generation,
            Place { rules, entry },
        )))
    }

    /// The namespace of `key` and its record's key, if the script may do this with it.
    pub(crate) fn resolve(&self, key: &str, act: Act) -> Result<(Rc<Rules>, RecordKey), Error> {
        check_length("key", key)?;
        let (rules, rest) = self.namespaces.resolve(&self.store.registry, key)?;
        self.check(&rules, key, act)?;
        let record_key = rules.record_key(rest);
        Ok((rules, record_key))
    }

    fn check(&self, rules: &Rules, key: &str, act: Act) -> Result<(), Error> {
        match act {
            Act::Read if !rules.config.read => Err(rules.refuse(self.script(), key, "read")),
            Act::Write if !rules.config.write => Err(rules.refuse(self.script(), key, "write")),
            Act::Read | Act::Write => Ok(()),
        }
    }

    /// Lets go of an entry that says no more than its absence would.
    pub(crate) fn release(&self, place: &Place) {
        if place.rules.config.persistent {
            self.store.release(&place.entry);
        } else {
            self.store.volatile.release(&place.entry);
        }
    }

    /// What a key is that is not in memory.
    fn unseen(&self, rules: &Rules, key: &RecordKey) -> Slot {
        match self.store.unseen(rules) {
            Slot::Cold if self.known.borrow().has(key.as_str()) => Slot::Absent,
            slot => slot,
        }
    }

    pub(crate) fn is_known(&self, place: &Place) -> bool {
        if place.entry.is_cold() {
            return false;
        }
        match self.store.reading {
            Reading::Loaded => true,
            Reading::Through => {
                !place.rules.config.persistent
                    || place.entry.is_pending()
                    || self.known.borrow().has(place.entry.key.as_str())
            }
        }
    }

    /// The place once memory knows it.
    pub(crate) async fn learn(&self, mut place: Place) -> Result<Place, Error> {
        // Again when it went cold meanwhile, because a write failed.
        while !self.is_known(&place) {
            let key = [place.entry.key.clone()];
            // Before it is asked for: a backend that fails may be asked for ever more.
            self.grow(Known::bytes_of(key[0].as_str()))?;
            let read = self.store.read_keys(&key, Tell::Nobody).await;
            let [key] = key;
            let is_new = read.is_ok() && self.known.borrow_mut().add(key.clone());
            if !is_new {
                self.growth.less(Known::bytes_of(key.as_str()));
            }
            let read = read.inspect_err(|_| self.store.let_go_unknown(&place.entry))?;
            place.entry = match read.into_iter().next() {
                Some(entry) if !entry.is_detached() => entry,
                // One without a record may have been let go of.
                _ => self.store.memory.entry(&key, Slot::Absent),
            };
        }
        Ok(place)
    }

    /// Which of the beginnings of records' keys were not asked of the backend yet.
    pub(crate) fn unknown(&self, prefixes: impl Iterator<Item = String>) -> Vec<String> {
        match self.store.reading {
            Reading::Loaded => Vec::new(),
            Reading::Through => {
                let known = self.known.borrow();
                prefixes
                    .filter(|prefix| !known.has_prefix(prefix))
                    .collect()
            }
        }
    }

    /// Reads all records whose keys begin with one of these.
    pub(crate) async fn learn_prefixes(&self, prefixes: Vec<String>) -> Result<(), Error> {
        for prefix in prefixes {
            let bytes = Known::bytes_of(&prefix);
            self.grow(bytes)?;
            let read = self.store.read_prefix(&prefix, Tell::Nobody).await;
            read.inspect_err(|_| self.growth.less(bytes))?;
            self.known.borrow_mut().add_prefix(prefix);
        }
        Ok(())
    }

    /// Reads all of `keys` that were not asked of the backend yet.
    pub(crate) async fn learn_keys(&self, keys: Vec<RecordKey>) -> Result<(), Error> {
        let bytes = keys.iter().map(|key| Known::bytes_of(key.as_str())).sum();
        self.grow(bytes)?;
        let read = self.store.read_keys(&keys, Tell::Nobody).await;
        let mut known = self.known.borrow_mut();
        let new = keys.into_iter().filter(|_| read.is_ok());
        let new = new.filter_map(|key| {
            let bytes = Known::bytes_of(key.as_str());
            known.add(key).then_some(bytes)
        });
        self.growth.less(bytes - new.sum::<f64>());
        read.map(drop)
    }

    /// What is stored at `entry`, unless it has expired.
    pub(crate) fn item(&self, entry: &Rc<Entry>) -> Option<Item> {
        Item::at(&self.store, entry)
    }

    /// The key at `place` is about to be known without being asked for, because it is written.
    pub(crate) fn note_known(&self, place: &Place) -> Result<(), Error> {
        let key = &place.entry.key;
        let is_asked = place.rules.config.persistent && self.store.reading == Reading::Through;
        if is_asked && !self.known.borrow().has(key.as_str()) {
            self.grow(Known::bytes_of(key.as_str()))?;
            self.known.borrow_mut().add(key.clone());
        }
        Ok(())
    }

    /// Changes what is at `place`, for all to see, and has it written.
    pub(crate) fn change(&self, place: &Place, slot: Slot) {
        self.count_write();
        place.entry.put(slot);
        if place.rules.config.persistent {
            self.store
                .writer
                .note(&self.store, &place.entry, &self.account);
        }
        self.store.publish(&place.entry);
        // What is persistent stays until the backend knows.
        self.release(place);
    }

    pub(crate) fn count_read(&self) {
        self.reads.set(self.reads.get().saturating_add(1));
    }

    pub(crate) fn count_write(&self) {
        self.writes.set(self.writes.get().saturating_add(1));
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let store = &self.store;
        store.accesses.set(store.accesses.get() - 1);
        if store.accesses.get() == 0 && store.reading == Reading::Through {
            store.forget();
        }
    }
}
