//! Updates: a key is read and written while nobody else may update it.

use super::core::{Act, Core};
use super::learn::{learn_keys, learn_prefixes, learn_version, unknown_for_quota};
use super::resolved_keys::ResolvedKey;
use super::swapping::Swapping;
use super::write::{remove, room, store_value};
use crate::json::Unmetered;
use crate::protocol::{Error, Value};
use crate::state::cache::{Body, Entry, Item, New, RecordKey};
use crate::state::namespaces::Search;
use crate::state::store::KeyLock;
use crate::storage::Pending;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// A key that is being updated: its lock is held until this is dropped or committed.
pub struct Update {
    pub(super) core: Rc<Core>,
    pub(super) key: String,
    /// Where versions are compared, for what is to last.
    swapping: Option<Swapping>,
    /// What [`Update::item`] gave last.
    given: RefCell<Option<Body>>,
    _lock: Box<dyn Any>,
}

/// The lock of a key that all tabs of the browser have.
///
/// # Errors
/// When the browser refuses it.
pub(super) fn tabs_lock(core: &Core, key: &RecordKey) -> Pending<Box<dyn Any>> {
    core.platform().lock(format!("pubwiki-lua/{key}"))
}

impl Update {
    pub(super) fn swapping(&mut self) -> Option<&mut Swapping> {
        self.swapping.as_mut()
    }

    /// Takes the lock of `key`, over all scripts, and over all tabs where that is what makes updates atomic, and reads it afresh.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub(super) fn begin(core: &Rc<Core>, key: &str) -> Result<Pending<Self>, Error> {
        let core = core.clone();
        let (namespace, record_key) = core.resolve(key, Act::Read)?;
        core.resolve(key, Act::Write)?;
        core.count_read();
        let key = key.to_owned();
        let swapping = namespace
            .config
            .persistent
            .then(|| Swapping::begin(&core, &record_key))
            .flatten();
        Ok(Box::pin(async move {
            let lock: Box<dyn Any> = if namespace.config.persistent && swapping.is_none() {
                let lock = tabs_lock(&core, &record_key).await?;
                // What is on its way to the backend would be missed by reading it.
                if let Some(entry) = core.caches().durable().find(record_key.as_str()) {
                    core.store.written(&entry).await;
                }
                learn_keys(&core, vec![record_key]).await?;
                lock
            } else {
                let lock = KeyLock::take(core.store.locks().clone(), record_key.clone()).await;
                if swapping.is_some() {
                    learn_version(&core, &record_key).await?;
                }
                Box::new(lock)
            };
            if namespace.config.persistent {
                learn_prefixes(&core, unknown_for_quota(&core, &namespace)).await?;
            }
            Ok(Self {
                core,
                key,
                swapping,
                given: RefCell::default(),
                _lock: lock,
            })
        }))
    }

    /// Where its key is kept, to be read and written. None as in [`Core::readable`].
    pub(super) fn updatable(&self) -> Result<Option<ResolvedKey>, Error> {
        self.core.readable(&self.key)?;
        self.core.removable(&self.key)
    }

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
        Ok(entry.and_then(|entry| self.core.item(&entry)))
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
        entry.and_then(|entry| self.core.body(entry))
    }

    fn entry(&self) -> Result<Option<Rc<Entry>>, Error> {
        let Some(ResolvedKey { entry, .. }) = self.updatable()? else {
            return Ok(None);
        };
        if !entry.is_cold() {
            return Ok(Some(entry));
        }
        let backend = self.core.caches().backend_name();
        let message = format!(
            "the {backend} backend failed while '{}' was updated; try again",
            self.key
        );
        let keys = vec![entry.key.as_str().to_owned()];
        Err(Error::storage(backend, "get", keys, None, message))
    }

    /// Stores the new value (none removes the key), and completes when it is durable. Gives the update back when another
    /// user was faster: what is there now is to be updated instead.
    ///
    /// # Errors
    /// As [`Access::set`], and [`ErrorKind::Storage`] when the backend fails.
    pub fn commit(self, value: Option<Value>) -> Result<Pending<Option<Self>>, Error> {
        let new = value.map(|value| New::of(value, &Unmetered)).transpose()?;
        self.put(new)
    }

    /// The same, of a value that was measured.
    ///
    /// # Errors
    /// As [`Update::commit`].
    pub fn put(self, new: Option<New>) -> Result<Pending<Option<Self>>, Error> {
        let core = &self.core;
        let now = core.now();
        if self.swapping.is_some() {
            return self.swap(new, now);
        }
        let found = self.updatable()?;
        let entry = match new {
            Some(new) => {
                let resolved = found.map_or_else(|| core.writable(&self.key), Ok)?;
                room(core, &resolved, &self.key, &new, now, Search::Whole)?;
                store_value(core, &resolved, &self.key, new, None, now)?;
                Some(resolved.entry)
            }
            None => {
                let entry = found.as_ref().map(|resolved| resolved.entry.clone());
                remove(core, found, &self.key, now)?;
                entry
            }
        };
        let Some(entry) = entry.filter(|entry| entry.is_pending()) else {
            return Ok(Box::pin(std::future::ready(Ok(None))));
        };
        // A receipt of its own tells this write's outcome from earlier ones'.
        let receipt = core.store.receipt();
        core.store.write(&entry, &receipt);
        Ok(Box::pin(async move {
            let outcome = receipt.settle().await;
            // Until here the lock is held.
            drop(self);
            outcome.map(|()| None)
        }))
    }
}
