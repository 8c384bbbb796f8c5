use super::access::{Access, New};
use super::account::Account;
use super::inner::{Act, Inner};
use super::place::Place;
use super::quota::Search;
use super::record_key::RecordKey;
use super::store::Store;
use crate::json;
use crate::protocol::{Error, ErrorKind, Value};
use crate::storage::Pending;
use std::any::Any;
use std::rc::Rc;

/// A key that is being updated: its lock is held until this is dropped or committed.
pub struct Update {
    inner: Rc<Inner>,
    key: String,
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
    /// [`ErrorKind::Permission`] when the namespaces have changed; [`ErrorKind::Storage`]
    /// when another's write of the key has failed meanwhile and it cannot be read.
    pub fn value(&self) -> Result<Option<Rc<Value>>, Error> {
        let Some(place) = self.inner.updatable(&self.key)? else {
            return Ok(None);
        };
        if place.entry.is_cold() {
            let backend = self.inner.store.backend.name();
            let kind = ErrorKind::Storage {
                backend: backend.to_owned(),
                operation: "get".into(),
                keys: vec![place.entry.key.as_str().to_owned()],
                cause: None,
            };
            let message = format!(
                "the {backend} backend failed while '{}' was updated; try again",
                self.key
            );
            return Err(Error::new(kind, message));
        }
        self.inner.value(&place.entry)
    }

    /// Whether the value is still the one that [`Update::value`] gave: a plain set takes no lock,
    /// and what it wrote meanwhile is to be updated instead.
    ///
    /// # Errors
    /// As [`Update::value`].
    pub fn is_still(&self, given: Option<&Rc<Value>>) -> Result<bool, Error> {
        Ok(match (self.value()?, given) {
            (Some(now), Some(given)) => Rc::ptr_eq(&now, given) || now == *given,
            (now, given) => now.is_none() && given.is_none(),
        })
    }

    /// Stores the new value (none removes the key) at once, and completes when it is durable.
    ///
    /// # Errors
    /// As [`Access::set`], and [`ErrorKind::Storage`] when the backend fails.
    pub fn commit(self, value: Option<Value>) -> Result<Pending<()>, Error> {
        let inner = &self.inner;
        let new = value
            .map(|value| {
                Ok::<_, Error>(New {
                    length: json::measure(&value)?,
                    value,
                    ttl_ms: None,
                })
            })
            .transpose()?;
        let now = inner.store.now();
        let found = inner.updatable(&self.key)?;
        let entry = match new {
            Some(new) => {
                let place = found.map_or_else(|| inner.writable(&self.key), Ok)?;
                inner.room(&place, &self.key, &new, now, Search::Whole)?;
                inner.store_value(&place, &self.key, new, now);
                Some(place.entry)
            }
            None => {
                let entry = found.as_ref().map(|place| place.entry.clone());
                inner.remove(found, &self.key, now);
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
