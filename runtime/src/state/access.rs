use super::entry::{Body, Created, Entry, Slot, Stored};
use super::known::Known;
use super::lookup::Lookup;
use super::record_key::RecordKey;
use super::registry::Namespaces;
use super::rules::Rules;
use super::script_id::ScriptId;
use super::store::Store;
use super::writer::Account;
use crate::json;
use crate::protocol::{Error, ErrorKind, Value};
use crate::storage::{Pending, Reading};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// State as one script sees and changes it, for one run or one request of the page.
pub struct Access {
    inner: Rc<Inner>,
}

struct Inner {
    store: Rc<Store>,
    script: ScriptId,
    namespaces: Namespaces,
    account: Rc<Account>,
    places: RefCell<HashMap<Box<str>, Place>>,
    known: RefCell<Known>,
    reads: Cell<u32>,
    writes: Cell<u32>,
}

/// Where a key is kept, and what holds there.
#[derive(Clone)]
struct Place {
    rules: Rc<Rules>,
    entry: Rc<Entry>,
}

/// How many keys an access finds without a search; a script that uses more starts over.
const PLACES: usize = 4096;

impl Access {
    pub(super) fn new(store: Rc<Store>, script: ScriptId, account: u32) -> Self {
        store.accesses.set(store.accesses.get() + 1);
        Self {
            inner: Rc::new(Inner {
                store,
                namespaces: Namespaces::new(script.clone()),
                script,
                account: Rc::new(Account::new(account)),
                places: RefCell::default(),
                known: RefCell::default(),
                reads: Cell::new(0),
                writes: Cell::new(0),
            }),
        }
    }

    /// The value of `key`; none when there is none or it has expired.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub fn get(&self, key: &str) -> Result<Lookup<Option<Rc<Value>>>, Error> {
        let inner = &self.inner;
        inner.reads.set(inner.reads.get().saturating_add(1));
        let Some(place) = inner.find(key)? else {
            return Ok(Lookup::Ready(None));
        };
        if !place.rules.read {
            return Err(place.rules.refuse(&inner.script, key, "read"));
        }
        if inner.is_known(&place) {
            return inner.value(&place.entry).map(Lookup::Ready);
        }
        let inner = inner.clone();
        Ok(Lookup::Later(Box::pin(async move {
            let place = inner.learn(place).await?;
            inner.value(&place.entry)
        })))
    }

    /// Stores `value` under `key`; it expires after `ttl_ms`, if given.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Value`] for a value that is not JSON, or a
    /// time to live that is no positive number. A backend's failure comes from [`Access::settle`].
    pub fn set(&self, key: &str, value: Value, ttl_ms: Option<f64>) -> Result<Lookup<()>, Error> {
        let inner = &self.inner;
        let place = inner.writable(key)?;
        json::measure(&value)?;
        let now = inner.store.now();
        let expires_at = ttl_ms.map(|ttl| expiry(now, ttl)).transpose()?;
        let created_at = match place.entry.created_at(now) {
            Created::At(at) => Some(at),
            Created::Never => Some(now),
            Created::Unknown => None,
        };
        let body = Body::Value(Rc::new(value));
        inner.change(
            &place,
            Slot::Present(Stored {
                body,
                created_at,
                updated_at: now,
                expires_at,
            }),
        );
        Ok(Lookup::Ready(()))
    }

    /// Removes `key`; true when there was a value that had not expired.
    ///
    /// # Errors
    /// As [`Access::get`].
    pub fn delete(&self, key: &str) -> Result<Lookup<bool>, Error> {
        let inner = &self.inner;
        let place = inner.writable(key)?;
        if inner.is_known(&place) {
            return Ok(Lookup::Ready(inner.remove(&place)));
        }
        let inner = inner.clone();
        Ok(Lookup::Later(Box::pin(async move {
            let place = inner.learn(place).await?;
            Ok(inner.remove(&place))
        })))
    }

    /// The keys beginning with `prefix` that the script may read, sorted.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn list(&self, prefix: &str) -> Result<Lookup<Vec<String>>, Error> {
        let inner = &self.inner;
        inner.reads.set(inner.reads.get().saturating_add(1));
        let unknown = inner.unknown_prefixes(prefix);
        if unknown.is_empty() {
            return Ok(Lookup::Ready(inner.list(prefix)));
        }
        let (inner, prefix) = (inner.clone(), prefix.to_owned());
        Ok(Lookup::Later(Box::pin(async move {
            for unknown in unknown {
                inner.store.read_prefix(unknown.clone()).await?;
                inner.known.borrow_mut().add_prefix(unknown);
            }
            Ok(inner.list(&prefix))
        })))
    }

    /// Completes when every write of this access so far is durable.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`], naming its keys, when a batch with one of them has failed.
    pub fn settle(&self) -> Pending<()> {
        let account = self.inner.account.clone();
        Box::pin(async move { account.settle().await })
    }

    /// How many reads and writes there were.
    #[must_use]
    pub fn counts(&self) -> (u32, u32) {
        (self.inner.reads.get(), self.inner.writes.get())
    }
}

fn expiry(now: f64, ttl_ms: f64) -> Result<f64, Error> {
    if ttl_ms > 0.0 && ttl_ms.is_finite() {
        return Ok(now + ttl_ms);
    }
    let message =
        format!("ttl: {ttl_ms} is no time to live: it takes a positive number of milliseconds");
    Err(Error::new(ErrorKind::Value { path: "ttl".into() }, message))
}

impl Inner {
    /// Where `key` is kept. None when it is known that there is no record.
    fn find(&self, key: &str) -> Result<Option<Place>, Error> {
        if let Some(place) = self.remembered(key) {
            return Ok(Some(place));
        }
        let (rules, rest) = self.namespaces.resolve(key)?;
        let record_key = rules.record_key(rest);
        let memory = self.store.memory_of(rules);
        // A key that has no record leaves no trace, however many a script tries.
        let entry = match (
            memory.find(record_key.as_str()),
            self.unseen(rules, &record_key),
        ) {
            (Some(entry), _) => entry,
            (None, Slot::Absent) if rules.read => return Ok(None),
            (None, slot) => memory.entry(&record_key, slot),
        };
        Ok(Some(self.remember(
            key,
            Place {
                rules: rules.clone(),
                entry,
            },
        )))
    }

    /// Where `key` is kept, to be written.
    fn writable(&self, key: &str) -> Result<Place, Error> {
        let place = match self.remembered(key) {
            Some(place) => place,
            None => {
                let (rules, rest) = self.namespaces.resolve(key)?;
                let record_key = rules.record_key(rest);
                let slot = self.unseen(rules, &record_key);
                let entry = self.store.memory_of(rules).entry(&record_key, slot);
                self.remember(
                    key,
                    Place {
                        rules: rules.clone(),
                        entry,
                    },
                )
            }
        };
        if place.rules.write {
            Ok(place)
        } else {
            Err(place.rules.refuse(&self.script, key, "write"))
        }
    }

    fn remembered(&self, key: &str) -> Option<Place> {
        self.places
            .borrow()
            .get(key)
            .filter(|place| !place.entry.detached.get())
            .cloned()
    }

    fn remember(&self, key: &str, place: Place) -> Place {
        let mut places = self.places.borrow_mut();
        if places.len() == PLACES {
            places.clear();
        }
        places.insert(key.into(), place.clone());
        place
    }

    /// What a key is that is not in memory.
    fn unseen(&self, rules: &Rules, key: &RecordKey) -> Slot {
        match self.store.unseen(rules) {
            Slot::Cold if self.known.borrow().has(key.as_str()) => Slot::Absent,
            slot => slot,
        }
    }

    fn is_known(&self, place: &Place) -> bool {
        if place.entry.is_cold() {
            return false;
        }
        match self.store.reading {
            Reading::Loaded => true,
            Reading::Through => {
                !place.rules.persistent
                    || place.entry.is_pending()
                    || self.known.borrow().has(place.entry.key.as_str())
            }
        }
    }

    /// The place once memory knows it.
    async fn learn(&self, mut place: Place) -> Result<Place, Error> {
        // Again when it went cold meanwhile, because a write failed.
        while !self.is_known(&place) {
            let key = place.entry.key.clone();
            self.store.read_keys(vec![key.clone()]).await?;
            place.entry = self.store.memory.entry(&key, Slot::Absent);
            self.known.borrow_mut().add(key);
        }
        Ok(place)
    }

    fn value(&self, entry: &Entry) -> Result<Option<Rc<Value>>, Error> {
        entry.value(self.store.backend.name(), || self.store.now())
    }

    fn remove(&self, place: &Place) -> bool {
        let was = place.entry.is_live(|| self.store.now());
        if place.entry.is_absent() {
            self.writes.set(self.writes.get().saturating_add(1));
        } else {
            self.change(place, Slot::Absent);
        }
        was
    }

    fn change(&self, place: &Place, slot: Slot) {
        self.writes.set(self.writes.get().saturating_add(1));
        place.entry.put(slot);
        if place.rules.persistent {
            if self.store.reading == Reading::Through {
                self.known.borrow_mut().add(place.entry.key.clone());
            }
            self.store
                .writer
                .note(&self.store, &place.entry, &self.account);
        } else {
            self.store.volatile.release(&place.entry);
        }
    }

    /// How the records' keys begin that a listing of `prefix` has to ask the backend for.
    fn unknown_prefixes(&self, prefix: &str) -> Vec<String> {
        if self.store.reading == Reading::Loaded {
            return Vec::new();
        }
        let known = self.known.borrow();
        self.namespaces
            .all()
            .filter(|rules| rules.persistent && rules.read)
            .filter_map(|rules| rules.record_prefix(prefix))
            .filter(|prefix| !known.has_prefix(prefix))
            .collect()
    }

    fn list(&self, prefix: &str) -> Vec<String> {
        let now = self.store.now();
        let mut keys: Vec<String> = self
            .namespaces
            .all()
            .filter(|rules| rules.read)
            .filter_map(|rules| Some((rules, rules.record_prefix(prefix)?)))
            .flat_map(|(rules, prefix)| self.store.memory_of(rules).range(&prefix))
            .filter(|entry| entry.is_live(|| now))
            .filter_map(|entry| entry.key.script_key())
            .collect();
        keys.sort_unstable();
        keys
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
