//! Reading from the backend what an access does not know yet.

use super::core::Core;
use super::read_set::ReadSet;
use super::resolved_keys::ResolvedKey;
use crate::protocol::Error;
use crate::state::cache::{RecordKey, Slot};
use crate::state::namespaces::Namespace;
use crate::state::store::Audience;

/// Reads one key, unless it is known. Returns where it is kept then.
///
/// # Errors
/// [`Storage`](crate::protocol::ErrorKind::Storage) when the backend fails;
/// [`exceeded`](crate::ledger::exceeded) when the run has no room.
pub(super) async fn learn(core: &Core, mut resolved: ResolvedKey) -> Result<ResolvedKey, Error> {
    let loader = core.store.loader();
    // Again when it went cold meanwhile, because a write failed.
    while !core.is_known(&resolved) {
        let key = [resolved.entry.key.clone()];
        // Before it is asked for: a backend that fails may be asked for ever more.
        core.grow(ReadSet::bytes_of(key[0].as_str()))?;
        let read = loader.load_keys(&key, Audience::Nobody).await;
        let [key] = key;
        let is_new = read.is_ok() && core.read_set.borrow_mut().add(key.clone());
        if !is_new {
            core.growth.less(ReadSet::bytes_of(key.as_str()));
        }
        let read = read.inspect_err(|_| core.caches().release_unknown(&resolved.entry))?;
        resolved.entry = match read.into_iter().next() {
            Some(entry) if !entry.is_detached() => entry,
            // One without a record may have been released.
            _ => core.caches().durable().entry(&key, Slot::Absent),
        };
    }
    Ok(resolved)
}

/// Reads all of `keys`.
///
/// # Errors
/// As [`learn`].
pub(super) async fn learn_keys(core: &Core, keys: Vec<RecordKey>) -> Result<(), Error> {
    let bytes = keys.iter().map(|key| ReadSet::bytes_of(key.as_str())).sum();
    core.grow(bytes)?;
    let read = core.store.loader().load_keys(&keys, Audience::Nobody).await;
    let mut known = core.read_set.borrow_mut();
    let new = keys.into_iter().filter(|_| read.is_ok());
    let new = new.filter_map(|key| {
        let bytes = ReadSet::bytes_of(key.as_str());
        known.add(key).then_some(bytes)
    });
    core.growth.less(bytes - new.sum::<f64>());
    read.map(drop)
}

/// Waits until the version of what is at `key` is known: reads it where that is not in memory.
///
/// # Errors
/// As [`learn`].
pub(super) async fn learn_version(core: &Core, key: &RecordKey) -> Result<(), Error> {
    loop {
        let entry = core.caches().durable().find(key.as_str());
        if let Some(entry) = &entry {
            core.store.written(entry).await;
        }
        if core.caches().reads_through() || entry.is_some_and(|entry| entry.version().is_err()) {
            learn_keys(core, vec![key.clone()]).await?;
        }
        let entry = core.caches().durable().find(key.as_str());
        // Another may have written it meanwhile.
        if !entry.is_some_and(|entry| entry.is_pending()) {
            return Ok(());
        }
    }
}

/// Reads all records whose keys begin with one of these.
///
/// # Errors
/// As [`learn`].
pub(super) async fn learn_prefixes(core: &Core, prefixes: Vec<String>) -> Result<(), Error> {
    for prefix in prefixes {
        let bytes = ReadSet::bytes_of(&prefix);
        core.grow(bytes)?;
        let read = core
            .store
            .loader()
            .load_prefix(&prefix, Audience::Nobody)
            .await;
        read.inspect_err(|_| core.growth.less(bytes))?;
        core.read_set.borrow_mut().add_prefix(prefix);
    }
    Ok(())
}

/// Which of the beginnings of records' keys were not asked of the backend yet.
fn unknown(core: &Core, prefixes: impl Iterator<Item = String>) -> Vec<String> {
    if !core.caches().reads_through() {
        return Vec::new();
    }
    let known = core.read_set.borrow();
    prefixes
        .filter(|prefix| !known.has_prefix(prefix))
        .collect()
}

/// What has to be read before a quota can be kept.
pub(super) fn unknown_for_quota(core: &Core, namespace: &Namespace) -> Vec<String> {
    if namespace.config.quota.is_none() || !namespace.config.persistent {
        return Vec::new();
    }
    unknown(core, std::iter::once(namespace.record_prefix.to_string()))
}

/// What has to be read before the keys beginning with `prefix` are known.
pub(super) fn unknown_under(core: &Core, prefix: &str) -> Vec<String> {
    let namespaces = core.namespaces.all();
    let within = namespaces
        .iter()
        .filter(|namespace| namespace.config.persistent && namespace.config.read);
    unknown(
        core,
        within.filter_map(|namespace| namespace.record_prefix(prefix)),
    )
}
