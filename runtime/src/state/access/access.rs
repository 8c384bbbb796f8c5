use super::core::Inner;
use super::maybe_pending::Lookup;
use super::resolved_keys::Place;
use crate::json::Unmetered;
use crate::ledger::Ledger;
use crate::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use crate::state::cache::Item;
use crate::state::cache::New;
use crate::state::cache::{Created, Slot, Stored};
use crate::state::namespaces::Rules;
use crate::state::namespaces::ScriptId;
use crate::state::namespaces::{Room, Search};
use crate::state::store::Store;
use crate::state::watch::Sharing;
use crate::storage::Pending;
use std::rc::Rc;

/// State as one script sees and changes it, for one run or one request of the page.
pub struct Access {
    pub(crate) inner: Rc<Inner>,
    pub(crate) sharing: Sharing,
}

impl Access {
    pub(crate) fn new(store: Rc<Store>, script: ScriptId, ledger: Rc<Ledger>) -> Self {
        Self {
            sharing: Sharing::new(ledger.clone()),
            inner: Rc::new(Inner::new(store, script, ledger)),
        }
    }

    /// Who it acts as.
    #[must_use]
    pub fn script(&self) -> &ScriptId {
        self.inner.script()
    }

    /// The value of `key`; none when there is none or it has expired.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Value`] for a key that is too long;
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn get(&self, key: &str) -> Result<Lookup<Option<Rc<Value>>>, Error> {
        let parse = |item: Option<Item>| item.map(|item| item.value(&Unmetered)).transpose();
        Ok(match self.find(key)? {
            Lookup::Ready(item) => Lookup::Ready(parse(item)?),
            Lookup::Later(item) => Lookup::Later(Box::pin(async move { parse(item.await?) })),
        })
    }

    /// The same, before it is parsed.
    ///
    /// # Errors
    /// As [`Access::get`].
    pub fn find(&self, key: &str) -> Result<Lookup<Option<Item>>, Error> {
        let inner = &self.inner;
        inner.count_read();
        let Some(place) = inner.readable(key)? else {
            return Ok(Lookup::Ready(None));
        };
        if inner.is_known(&place) {
            return Ok(Lookup::Ready(inner.item(&place.entry)));
        }
        let inner = inner.clone();
        Ok(Lookup::Later(Box::pin(async move {
            let place = inner.learn(place).await?;
            Ok(inner.item(&place.entry))
        })))
    }

    /// Stores `value` under `key`. It expires after `ttl_ms`, or after what its namespace says.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Value`] for a key that is too long, a value that
    /// is not JSON or too large, or a time to live that is no positive number; [`ErrorKind::Quota`];
    /// [`exceeded`](crate::ledger::exceeded). A backend's failure comes from [`Access::settle`].
    pub fn set(&self, key: &str, value: Value, ttl_ms: Option<f64>) -> Result<Lookup<()>, Error> {
        self.put(key, New::of(value, &Unmetered)?, ttl_ms)
    }

    /// The same, of a value that was measured.
    ///
    /// # Errors
    /// As [`Access::set`].
    pub fn put(&self, key: &str, new: New, ttl_ms: Option<f64>) -> Result<Lookup<()>, Error> {
        let inner = &self.inner;
        let ttl_ms = ttl_ms.map(check_ttl).transpose()?;
        let now = inner.store.now();
        let place = inner.writable(key)?;
        let unknown = inner.unknown_for_quota(&place.rules);
        if unknown.is_empty() && inner.room(&place, key, &new, now, Search::Short)? == Room::Enough
        {
            inner.store_value(&place, key, new, ttl_ms, now)?;
            return Ok(Lookup::Ready(()));
        }
        let (inner, key) = (inner.clone(), key.to_owned());
        Ok(Lookup::Later(Box::pin(async move {
            inner.learn_prefixes(unknown).await?;
            inner.store.purge_in_slices(None).await;
            let now = inner.store.now();
            let place = inner.writable(&key)?;
            inner.room(&place, &key, &new, now, Search::Nothing)?;
            inner.store_value(&place, &key, new, ttl_ms, now)
        })))
    }

    /// Removes `key`; true when there was a value that had not expired.
    ///
    /// # Errors
    /// As [`Access::get`].
    pub fn delete(&self, key: &str) -> Result<Lookup<bool>, Error> {
        let inner = &self.inner;
        match inner.removable(key)? {
            Some(place) if !inner.is_known(&place) => {
                let (inner, key) = (inner.clone(), key.to_owned());
                Ok(Lookup::Later(Box::pin(async move {
                    inner.learn(place).await?;
                    inner.remove(inner.removable(&key)?, &key, inner.store.now())
                })))
            }
            place => {
                let now = inner.store.now();
                inner.remove(place, key, now).map(Lookup::Ready)
            }
        }
    }

    /// Declares namespaces for the script: all of them, or none.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for a declaration that is invalid; [`ErrorKind::Permission`] for
    /// a name that is reserved, another script's, or shared by another under other terms.
    pub fn register(&self, configs: &[(String, NamespaceConfig)]) -> Result<(), Error> {
        self.inner.store.register(self.script(), configs)
    }

    /// The namespaces that the script may use, in order of their names.
    #[must_use]
    pub fn namespaces(&self) -> Vec<(String, NamespaceConfig)> {
        let inner = &self.inner;
        let all = inner.namespaces.all(&inner.store.registry);
        all.iter()
            .map(|rules| (rules.namespace.to_string(), rules.config))
            .collect()
    }

    /// Completes when every write of this access so far is durable.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`], naming its keys, when a batch with one of them has failed.
    pub fn settle(&self) -> Pending<()> {
        let account = self.inner.account.clone();
        Box::pin(async move { account.settle().await })
    }

    /// The same; others who keep the same records in memory have them then, too.
    ///
    /// # Errors
    /// As [`Access::settle`].
    pub fn flush(&self) -> Pending<()> {
        let (settled, store) = (self.settle(), self.inner.store.clone());
        Box::pin(async move {
            settled.await?;
            store.backend.propagated().await;
            Ok(())
        })
    }

    /// Lets go of what counts for its run and is in memory no more, since it has expired for one.
    pub fn recount(&self) {
        self.inner.recount();
    }

    /// How many namespaces and records the last listing has looked at, those that it left out too.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.inner.looked_at.get()
    }

    /// How many reads and writes there were.
    #[must_use]
    pub fn counts(&self) -> (u32, u32) {
        (self.inner.reads.get(), self.inner.writes.get())
    }
}

/// About what a record takes in memory; 256 bytes of it beside its key and value.
pub(crate) fn record_bytes(key: &str, length: usize) -> f64 {
    (key.len() + length + 256) as f64
}

fn check_ttl(ttl_ms: f64) -> Result<f64, Error> {
    if ttl_ms > 0.0 && ttl_ms.is_finite() {
        return Ok(ttl_ms);
    }
    let message =
        format!("ttl: {ttl_ms} is no time to live: it takes a positive number of milliseconds");
    Err(Error::new(ErrorKind::Value { path: "ttl".into() }, message))
}

impl Inner {
    /// Whether there is room for a value. What is told of there being none leaves no trace.
    pub(crate) fn room(
        &self,
        place: &Place,
        key: &str,
        new: &New,
        now: f64,
        search: Search,
    ) -> Result<Room, Error> {
        self.store
            .room(self.script(), place, key, new.length, now, search)
            .inspect_err(|_| self.release(place))
    }

    /// Stores a value that its namespace has room for.
    ///
    /// # Errors
    /// [`exceeded`](crate::ledger::exceeded) when the run has none; nothing has changed then.
    pub(crate) fn store_value(
        &self,
        place: &Place,
        key: &str,
        new: New,
        ttl_ms: Option<f64>,
        now: f64,
    ) -> Result<(), Error> {
        let Place { rules, entry } = place;
        // From here on it counts as what State holds.
        drop(new.held);
        let created_at = match entry.created_at(now) {
            Created::At(at) => Some(at),
            Created::Never => Some(now),
            Created::Unknown => None,
        };
        let expires_at = ttl_ms.or(rules.config.ttl).map(|ttl| now + ttl);
        let stored = Stored {
            body: new.body,
            length: new.length,
            weight: new.weight,
            created_at,
            // The clock may have been set back.
            updated_at: created_at.map_or(now, |at| now.max(at)),
            expires_at,
        };
        let held = entry
            .charge(now)
            .map_or(0.0, |held| record_bytes(key, held));
        self.note_known(place)
            .and_then(|()| self.grow(record_bytes(key, stored.charge()) - held))
            .inspect_err(|_| self.release(place))?;
        self.change(place, Slot::Present(stored));
        if expires_at.is_some() {
            self.store.sweep_from_now_on();
        }
        Ok(())
    }

    /// Removes what is at `place`, if there may be anything; true when it had not expired.
    ///
    /// # Errors
    /// As [`Inner::store_value`].
    pub(crate) fn remove(&self, place: Option<Place>, key: &str, now: f64) -> Result<bool, Error> {
        let Some(place) = &place else {
            self.count_write();
            return Ok(false);
        };
        let was = place.entry.is_live(now);
        if place.entry.is_absent() {
            self.count_write();
            self.release(place);
        } else {
            self.note_known(place)?;
            if let Some(held) = place.entry.charge(now) {
                self.growth.less(record_bytes(key, held));
            }
            self.change(place, Slot::Absent);
        }
        Ok(was)
    }

    /// Memory is about to hold so many bytes more for the sake of this access.
    ///
    /// # Errors
    /// As [`Inner::store_value`].
    pub(crate) fn grow(&self, bytes: f64) -> Result<(), Error> {
        self.recount();
        self.growth.add(bytes)
    }

    /// Lets go of what counts for this access and is there no more.
    pub(crate) fn recount(&self) {
        let store = &self.store;
        let kept = [&store.memory, &store.volatile];
        let weights = kept.map(|memory| memory.generation().weight.get());
        let known = self.known.borrow().bytes();
        self.growth.at_most(weights.iter().sum::<f64>() + known);
    }

    /// What has to be read before a quota can be kept.
    pub(crate) fn unknown_for_quota(&self, rules: &Rules) -> Vec<String> {
        if rules.config.quota.is_none() || !rules.config.persistent {
            return Vec::new();
        }
        self.unknown(std::iter::once(rules.record_prefix.to_string()))
    }

    /// What has to be read before the keys beginning with `prefix` are known.
    pub(crate) fn unknown_under(&self, prefix: &str) -> Vec<String> {
        let namespaces = self.namespaces.all(&self.store.registry);
        let within = namespaces
            .iter()
            .filter(|rules| rules.config.persistent && rules.config.read);
        self.unknown(within.filter_map(|rules| rules.record_prefix(prefix)))
    }
}
