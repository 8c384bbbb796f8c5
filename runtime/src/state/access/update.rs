use super::access::Access;
use super::core::{Act, Inner};
use super::resolved_keys::Place;
use crate::json::Unmetered;
use crate::protocol::{Error, ErrorKind, Value};
use crate::state::cache::Item;
use crate::state::cache::New;
use crate::state::cache::RecordKey;
use crate::state::cache::{Body, Entry};
use crate::state::namespaces::Search;
use crate::state::store::Account;
use crate::state::store::Store;
use crate::storage::Pending;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// A key that is being updated: its lock is held until this is dropped or committed.
pub struct Update {
    inner: Rc<Inner>,
    key: String,
    /// What [`Update::item`] gave last.
    given: RefCell<Option<Body>>,
    _lock: Box<dyn Any>,
}

/// The lock of a key that no other tab has, until this is dropped.
struct Held {
    store: Rc<Store>,
    key: RecordKey,
}

impl Held {
    async fn take(store: Rc<Store>, key: RecordKey) -> Self {
        let free = || {
            let mut held = store.held.borrow_mut();
            let is_free = !held.contains(&key);
            if is_free {
                held.push(key.clone());
            }
            is_free
        };
        store.released.wait_until(free).await;
        Self { store, key }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.store.held.borrow_mut().retain(|key| *key != self.key);
        self.store.released.wake();
    }
}

impl Access {
    /// Takes the lock of `key`, over all scripts and tabs, and reads it afresh.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub fn update(&self, key: &str) -> Result<Pending<Update>, Error> {
        let inner = self.inner.clone();
        let (rules, record_key) = inner.resolve(key, Act::Read)?;
        inner.resolve(key, Act::Write)?;
        inner.count_read();
        let key = key.to_owned();
        Ok(Box::pin(async move {
            if !rules.config.persistent {
                let held = Held::take(inner.store.clone(), record_key).await;
                return Ok(Update {
                    inner,
                    key,
                    given: RefCell::default(),
                    _lock: Box::new(held),
                });
            }
            let lock = inner
                .store
                .platform
                .lock(format!("pubwiki-lua/{record_key}"))
                .await?;
            // What is on its way to the backend would be missed by reading it.
            if let Some(entry) = inner.store.memory.find(record_key.as_str()) {
                inner.store.writer.written(&entry).await;
            }
            inner.learn_keys(vec![record_key]).await?;
            inner
                .learn_prefixes(inner.unknown_for_quota(&rules))
                .await?;
            Ok(Update {
                inner,
                key,
                given: RefCell::default(),
                _lock: lock,
            })
        }))
    }
}

impl Inner {
    /// Where `key` is kept, to be read and written. None as in [`Inner::readable`].
    fn updatable(&self, key: &str) -> Result<Option<Place>, Error> {
        self.readable(key)?;
        self.removable(key)
    }
}

impl Update {
    /// The value now. Between this and [`Update::commit`] nothing may be waited for.
    ///
    /// # Errors
    /// As [`Update::item`], and [`ErrorKind::Storage`] when the backend holds no JSON.
    pub fn value(&self) -> Result<Option<Rc<Value>>, Error> {
        let item = self.item()?;
        item.map(|item| item.value(&Unmetered)).transpose()
    }

    /// The same, before it is parsed.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the namespaces have changed; [`ErrorKind::Storage`]
    /// when another's write of the key has failed meanwhile and it cannot be read.
    pub fn item(&self) -> Result<Option<Item>, Error> {
        let entry = self.entry()?;
        self.given.replace(self.body(entry.as_deref()));
        Ok(entry.and_then(|entry| self.inner.item(&entry)))
    }

    /// Whether the value is still the one that was given last: a plain set takes no lock, and what it
    /// wrote meanwhile is to be updated instead.
    ///
    /// # Errors
    /// As [`Update::item`].
    pub fn is_still(&self) -> Result<bool, Error> {
        let now = self.body(self.entry()?.as_deref());
        Ok(match (&now, &*self.given.borrow()) {
            (Some(now), Some(given)) => now.is(given),
            (now, given) => now.is_none() && given.is_none(),
        })
    }

    fn body(&self, entry: Option<&Entry>) -> Option<Body> {
        entry.and_then(|entry| entry.body(self.inner.store.now_for(entry)))
    }

    fn entry(&self) -> Result<Option<Rc<Entry>>, Error> {
        let Some(Place { entry, .. }) = self.inner.updatable(&self.key)? else {
            return Ok(None);
        };
        if !entry.is_cold() {
            return Ok(Some(entry));
        }
        let backend = self.inner.store.backend.name();
        let kind = ErrorKind::Storage {
            backend: backend.to_owned(),
            operation: "get".into(),
            keys: vec![entry.key.as_str().to_owned()],
            cause: None,
        };
        let message = format!(
            "the {backend} backend failed while '{}' was updated; try again",
            self.key
        );
        Err(Error::new(kind, message))
    }

    /// Stores the new value (none removes the key) at once, and completes when it is durable.
    ///
    /// # Errors
    /// As [`Access::set`], and [`ErrorKind::Storage`] when the backend fails.
    pub fn commit(self, value: Option<Value>) -> Result<Pending<()>, Error> {
        let new = value.map(|value| New::of(value, &Unmetered)).transpose()?;
        self.put(new)
    }

    /// The same, of a value that was measured.
    ///
    /// # Errors
    /// As [`Update::commit`].
    pub fn put(self, new: Option<New>) -> Result<Pending<()>, Error> {
        let inner = &self.inner;
        let now = inner.store.now();
        let found = inner.updatable(&self.key)?;
        let entry = match new {
            Some(new) => {
                let place = found.map_or_else(|| inner.writable(&self.key), Ok)?;
                inner.room(&place, &self.key, &new, now, Search::Whole)?;
                inner.store_value(&place, &self.key, new, None, now)?;
                Some(place.entry)
            }
            None => {
                let entry = found.as_ref().map(|place| place.entry.clone());
                inner.remove(found, &self.key, now)?;
                entry
            }
        };
        let Some(entry) = entry.filter(|entry| entry.is_pending()) else {
            return Ok(Box::pin(std::future::ready(Ok(()))));
        };
        // An account of its own tells this write's outcome from earlier ones'.
        let account: Rc<Account> = inner.store.account();
        inner.store.writer.note(&inner.store, &entry, &account);
        Ok(Box::pin(async move {
            let outcome = account.settle().await;
            // Until here the lock is held.
            drop(self);
            outcome
        }))
    }
}
