//! State as one script, or one request of the page, may use it.

use super::core::Core;
use super::learn::{learn, learn_prefixes, unknown_for_quota};
use super::listing::{Patience, list};
use super::maybe_pending::MaybePending;
use super::query::{Query, QueryPage, entries, preload};
use super::update::Update;
use super::watch::{Change, Watch, watch, watch_key};
use super::write::{remove, room, store_value};
use crate::json::Unmetered;
use crate::ledger::Ledger;
use crate::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use crate::script_id::ScriptId;
use crate::state::cache::{Item, New};
use crate::state::namespaces::{Room, Search};
use crate::state::store::Store;
use crate::state::watch::WatchBudget;
use crate::storage::Pending;
use std::rc::Rc;

/// State as one script sees and changes it, for one run or one request of the page.
pub struct Access {
    core: Rc<Core>,
    /// What its watches share.
    budget: WatchBudget,
}

impl Access {
    /// The script that it acts as.
    #[must_use]
    pub fn script(&self) -> &ScriptId {
        self.core.script()
    }

    /// The value of `key`; none when there is none or it has expired.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Value`] for a key that is too long;
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn get(&self, key: &str) -> Result<MaybePending<Option<Rc<Value>>>, Error> {
        let parse = |item: Option<Item>| item.map(|item| item.value(&Unmetered)).transpose();
        Ok(match self.find(key)? {
            MaybePending::Ready(item) => MaybePending::Ready(parse(item)?),
            MaybePending::Pending(item) => {
                MaybePending::Pending(Box::pin(async move { parse(item.await?) }))
            }
        })
    }

    /// The same, before it is parsed.
    ///
    /// # Errors
    /// As [`Access::get`].
    pub fn find(&self, key: &str) -> Result<MaybePending<Option<Item>>, Error> {
        let core = &self.core;
        core.count_read();
        let Some(resolved) = core.readable(key)? else {
            return Ok(MaybePending::Ready(None));
        };
        if core.is_known(&resolved) {
            return Ok(MaybePending::Ready(core.item(&resolved.entry)));
        }
        let core = core.clone();
        Ok(MaybePending::Pending(Box::pin(async move {
            let resolved = learn(&core, resolved).await?;
            Ok(core.item(&resolved.entry))
        })))
    }

    /// Stores `value` under `key`. It expires after `ttl_ms`, or after what its namespace says.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Value`] for a key that is too long, a value that
    /// is not JSON or too large, or a time to live that is not a positive number; [`ErrorKind::Quota`];
    /// [`exceeded`](crate::ledger::exceeded). A backend's failure comes from [`Access::settle`].
    pub fn set(
        &self,
        key: &str,
        value: Value,
        ttl_ms: Option<f64>,
    ) -> Result<MaybePending<()>, Error> {
        self.put(key, New::of(value, &Unmetered)?, ttl_ms)
    }

    /// The same, of a value that was measured.
    ///
    /// # Errors
    /// As [`Access::set`].
    pub fn put(&self, key: &str, new: New, ttl_ms: Option<f64>) -> Result<MaybePending<()>, Error> {
        let core = &self.core;
        let ttl_ms = ttl_ms.map(check_ttl).transpose()?;
        let now = core.now();
        let resolved = core.writable(key)?;
        let unknown = unknown_for_quota(core, &resolved.namespace);
        if unknown.is_empty()
            && room(core, &resolved, key, &new, now, Search::Short)? == Room::Enough
        {
            store_value(core, &resolved, key, new, ttl_ms, now)?;
            return Ok(MaybePending::Ready(()));
        }
        let (core, key) = (core.clone(), key.to_owned());
        Ok(MaybePending::Pending(Box::pin(async move {
            learn_prefixes(&core, unknown).await?;
            core.store.expiry().purge(None).await;
            let now = core.now();
            let resolved = core.writable(&key)?;
            room(&core, &resolved, &key, &new, now, Search::Nothing)?;
            store_value(&core, &resolved, &key, new, ttl_ms, now)
        })))
    }

    /// Removes `key`; true when there was a value that had not expired.
    ///
    /// # Errors
    /// As [`Access::get`].
    pub fn delete(&self, key: &str) -> Result<MaybePending<bool>, Error> {
        let core = &self.core;
        match core.removable(key)? {
            Some(resolved) if !core.is_known(&resolved) => {
                let (core, key) = (core.clone(), key.to_owned());
                Ok(MaybePending::Pending(Box::pin(async move {
                    learn(&core, resolved).await?;
                    remove(&core, core.removable(&key)?, &key, core.now())
                })))
            }
            resolved => {
                let now = core.now();
                remove(core, resolved, key, now).map(MaybePending::Ready)
            }
        }
    }

    /// The keys beginning with `prefix` that the script may read, sorted.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for a prefix that is too long; [`ErrorKind::Storage`] when the backend fails.
    pub fn list(&self, prefix: &str) -> Result<MaybePending<Vec<String>>, Error> {
        self.list_with(prefix, Patience::Waits)
    }

    /// The same, with this patience.
    ///
    /// # Errors
    /// As [`Access::list`].
    pub fn list_with(
        &self,
        prefix: &str,
        patience: Patience,
    ) -> Result<MaybePending<Vec<String>>, Error> {
        list(&self.core, prefix, patience)
    }

    /// The records that the query asks for and the script may read.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for a prefix that is too long or an invalid `after`; [`ErrorKind::Storage`] when the
    /// backend fails.
    pub fn entries(&self, query: Query) -> Result<MaybePending<QueryPage>, Error> {
        entries(&self.core, query)
    }

    /// Reads `keys` from the backend before they are needed.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub async fn preload(&self, keys: &[String]) -> Result<(), Error> {
        preload(&self.core, keys).await
    }

    /// Takes the lock of `key`, over all scripts and tabs, and reads it afresh.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub fn update(&self, key: &str) -> Result<Pending<Update>, Error> {
        Update::begin(&self.core, key)
    }

    /// Watches a key and all below it (`a.b` and `a.b.c`), or all that begin with a text
    /// that ends with a dot or a star. Of those, it gives what the script may read at that time.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the script may read nothing of it; [`ErrorKind::Value`] when it is too long;
    /// [`exceeded`](crate::ledger::exceeded).
    pub fn watch(&self, pattern: &str) -> Result<Watch, Error> {
        watch(&self.core, &self.budget, pattern)
    }

    /// Watches exactly this key.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`].
    pub fn watch_key(&self, key: &str) -> Result<Watch, Error> {
        watch_key(&self.core, &self.budget, key)
    }

    /// Waits for the next change of `key` from now on; none when `timeout_ms` are over first.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`].
    pub fn wait(
        &self,
        key: &str,
        timeout_ms: Option<u32>,
    ) -> Result<impl Future<Output = Option<Change>> + use<>, Error> {
        Ok(self.watch_key(key)?.next_within(timeout_ms))
    }

    /// How many are notified of what this access changes, at most.
    #[must_use]
    pub fn watchers(&self) -> usize {
        self.core.store.loader().feed().len()
    }

    /// Declares namespaces for the script: all of them, or none.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for a declaration that is invalid; [`ErrorKind::Permission`] for
    /// a name that is reserved, another script's, or shared by another under other terms.
    pub fn register(&self, configs: &[(String, NamespaceConfig)]) -> Result<(), Error> {
        self.core.store.register(self.script(), configs)
    }

    /// The namespaces that the script may use, in order of their names.
    #[must_use]
    pub fn namespaces(&self) -> Vec<(String, NamespaceConfig)> {
        let core = &self.core;
        let all = core.namespaces.all();
        all.iter()
            .map(|namespace| (namespace.name.to_string(), namespace.config))
            .collect()
    }

    /// Completes when every write of this access so far is durable.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`], naming its keys, when a batch with one of them has failed.
    pub fn settle(&self) -> Pending<()> {
        let receipt = self.core.receipt.clone();
        Box::pin(async move { receipt.settle().await })
    }

    /// The same; others who keep the same records in memory have them then, too.
    ///
    /// # Errors
    /// As [`Access::settle`].
    pub fn flush(&self) -> Pending<()> {
        let (settled, store) = (self.settle(), self.core.store.clone());
        Box::pin(async move {
            settled.await?;
            store.loader().backend().propagated().await;
            Ok(())
        })
    }

    /// Releases what counts for its run and is in memory no more, for example because it has expired.
    pub fn recount(&self) {
        self.core.recount();
    }

    /// How many namespaces and records the last listing has looked at, those that it left out too.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.core.looked_at.get()
    }

    /// How many reads and writes there were.
    #[must_use]
    pub fn counts(&self) -> (u32, u32) {
        self.core.counts()
    }
}

/// What makes accesses: the store knows nothing of them.
impl Store {
    /// An access for the page, as `script`.
    #[must_use]
    pub fn access(self: &Rc<Self>, script: ScriptId) -> Access {
        self.access_of_run(script, Ledger::new())
    }

    /// An access for a run, as `script`: what is held for its sake counts in `ledger`.
    #[must_use]
    pub fn access_of_run(self: &Rc<Self>, script: ScriptId, ledger: Rc<Ledger>) -> Access {
        Access {
            budget: WatchBudget::new(ledger.clone()),
            core: Rc::new(Core::new(self.clone(), script, ledger)),
        }
    }
}

fn check_ttl(ttl_ms: f64) -> Result<f64, Error> {
    if ttl_ms > 0.0 && ttl_ms.is_finite() {
        return Ok(ttl_ms);
    }
    let message = format!(
        "ttl: {ttl_ms} is an invalid time to live: it takes a positive number of milliseconds"
    );
    Err(Error::new(ErrorKind::Value { path: "ttl".into() }, message))
}
