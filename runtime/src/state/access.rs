use super::entry::{Body, Created, Slot, Stored};
use super::inner::Inner;
use super::lookup::Lookup;
use super::place::Place;
use super::quota::{Room, Search};
use super::rules::Rules;
use super::script_id::ScriptId;
use super::store::Store;
use super::watch::Sharing;
use crate::json;
use crate::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use crate::storage::Pending;
use std::rc::Rc;

/// State as one script sees and changes it, for one run or one request of the page.
pub struct Access {
    pub(super) inner: Rc<Inner>,
    pub(super) sharing: Sharing,
}

impl Access {
    pub(super) fn new(store: Rc<Store>, script: ScriptId) -> Self {
        Self {
            inner: Rc::new(Inner::new(store, script)),
            sharing: Sharing::default(),
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
        let inner = &self.inner;
        inner.count_read();
        let Some(place) = inner.readable(key)? else {
            return Ok(Lookup::Ready(None));
        };
        if inner.is_known(&place) {
            return inner.value(&place.entry).map(Lookup::Ready);
        }
        let inner = inner.clone();
        Ok(Lookup::Later(Box::pin(async move {
            let place = inner.learn(place).await?;
            inner.value(&place.entry)
        })))
    }

    /// Stores `value` under `key`. It expires after `ttl_ms`, or after what its namespace says.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Value`] for a key that is too long, a value that
    /// is not JSON, or a time to live that is no positive number; [`ErrorKind::Quota`]. A backend's failure
    /// comes from [`Access::settle`].
    pub fn set(&self, key: &str, value: Value, ttl_ms: Option<f64>) -> Result<Lookup<()>, Error> {
        let inner = &self.inner;
        let length = json::measure(&value)?;
        let ttl_ms = ttl_ms.map(check_ttl).transpose()?;
        let new = New {
            value,
            length,
            ttl_ms,
        };
        let now = inner.store.now();
        let place = inner.writable(key)?;
        let unknown = inner.unknown_for_quota(&place.rules);
        if unknown.is_empty() && inner.room(&place, key, &new, now, Search::Short)? == Room::Enough
        {
            inner.store_value(&place, key, new, now);
            return Ok(Lookup::Ready(()));
        }
        let (inner, key) = (inner.clone(), key.to_owned());
        Ok(Lookup::Later(Box::pin(async move {
            inner.learn_prefixes(unknown).await?;
            inner.store.purge_in_slices(None).await;
            let now = inner.store.now();
            let place = inner.writable(&key)?;
            inner.room(&place, &key, &new, now, Search::Nothing)?;
            inner.store_value(&place, &key, new, now);
            Ok(())
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
                    Ok(inner.remove(inner.removable(&key)?, &key, inner.store.now()))
                })))
            }
            place => {
                let now = inner.store.now();
                Ok(Lookup::Ready(inner.remove(place, key, now)))
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

    /// Whether it has made memory hold more than this many bytes more: what it wrote (keys, JSON, and
    /// about what each record takes beside them), and the keys that it has asked the backend for.
    #[must_use]
    pub fn outgrows(&self, most: f64) -> bool {
        let grown = &self.inner.grown;
        if grown.get() > most {
            // Some of it may have expired since.
            let store = &self.inner.store;
            let kept = [&store.memory, &store.volatile];
            let weight: f64 = kept
                .map(|memory| memory.generation().weight.get())
                .iter()
                .sum();
            grown.set(grown.get().min(weight));
        }
        grown.get() + self.inner.known.borrow().bytes() > most
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
pub(super) fn record_bytes(key: &str, length: usize) -> f64 {
    (key.len() + length + 256) as f64
}

/// A value to be stored.
pub(super) struct New {
    pub(super) value: Value,
    /// The bytes of its JSON text.
    pub(super) length: usize,
    pub(super) ttl_ms: Option<f64>,
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
    pub(super) fn room(
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

    /// Stores a value that there is room for.
    pub(super) fn store_value(&self, place: &Place, key: &str, new: New, now: f64) {
        let Place { rules, entry } = place;
        self.grow(1.0, key, new.length);
        if let Some(held) = entry.length(now) {
            self.grow(-1.0, key, held);
        }
        let created_at = match entry.created_at(now) {
            Created::At(at) => Some(at),
            Created::Never => Some(now),
            Created::Unknown => None,
        };
        let expires_at = new.ttl_ms.or(rules.config.ttl).map(|ttl| now + ttl);
        let stored = Stored {
            body: Body::Value(Rc::new(new.value)),
            length: new.length,
            created_at,
            updated_at: now,
            expires_at,
        };
        self.change(place, Slot::Present(stored));
        if expires_at.is_some() {
            self.store.sweep_from_now_on();
        }
    }

    /// Removes what is at `place`, if there may be anything; true when it had not expired.
    pub(super) fn remove(&self, place: Option<Place>, key: &str, now: f64) -> bool {
        let Some(place) = &place else {
            self.count_write();
            return false;
        };
        let was = place.entry.is_live(now);
        if let Some(held) = place.entry.length(now) {
            self.grow(-1.0, key, held);
        }
        if place.entry.is_absent() {
            self.count_write();
            self.release(place);
        } else {
            self.change(place, Slot::Absent);
        }
        was
    }

    fn grow(&self, sign: f64, key: &str, length: usize) {
        let bytes = record_bytes(key, length);
        self.grown.set(self.grown.get() + sign * bytes);
    }

    /// What has to be read before a quota can be kept.
    pub(super) fn unknown_for_quota(&self, rules: &Rules) -> Vec<String> {
        if rules.config.quota.is_none() || !rules.config.persistent {
            return Vec::new();
        }
        self.unknown(std::iter::once(rules.record_prefix.to_string()))
    }

    /// What has to be read before the keys beginning with `prefix` are known.
    pub(super) fn unknown_under(&self, prefix: &str) -> Vec<String> {
        let namespaces = self.namespaces.all(&self.store.registry);
        let within = namespaces
            .iter()
            .filter(|rules| rules.config.persistent && rules.config.read);
        self.unknown(within.filter_map(|rules| rules.record_prefix(prefix)))
    }
}
