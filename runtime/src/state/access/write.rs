//! Changing a key: in memory at once, and in the backend later.

use super::core::Core;
use super::read_set::ReadSet;
use super::resolved_keys::ResolvedKey;
use crate::protocol::Error;
use crate::state::cache::{CreationTime, New, Slot, Stored, record_bytes};
use crate::state::namespaces::{QuotaCheck, Room, Search};

/// Whether there is room for a value. A value for which there is none leaves no trace.
///
/// # Errors
/// [`Quota`](crate::protocol::ErrorKind::Quota) when there is none.
pub(super) fn room(
    core: &Core,
    resolved: &ResolvedKey,
    key: &str,
    new: &New,
    now: f64,
    search: Search,
) -> Result<Room, Error> {
    let ResolvedKey { namespace, entry } = resolved;
    let check = QuotaCheck {
        script: core.script(),
        namespace,
        cache: namespace.cache(core.caches()),
        entry,
        key,
        length: new.length,
        now,
    };
    check.room(search).inspect_err(|_| core.release(resolved))
}

/// Stores a value that its namespace has room for.
///
/// # Errors
/// [`exceeded`](crate::ledger::exceeded) when the run has none; nothing has changed then.
pub(super) fn store_value(
    core: &Core,
    resolved: &ResolvedKey,
    key: &str,
    new: New,
    ttl_ms: Option<f64>,
    now: f64,
) -> Result<(), Error> {
    let entry = &resolved.entry;
    let stored = stored_as(resolved, new, ttl_ms, now);
    let expires = stored.expires_at.is_some();
    let held = entry
        .charge(now)
        .map_or(0.0, |held| record_bytes(key.len(), held));
    note_known(core, resolved)
        .and_then(|()| core.grow(record_bytes(key.len(), stored.charge()) - held))
        .inspect_err(|_| core.release(resolved))?;
    change(core, resolved, Slot::Present(stored));
    if expires {
        core.store.expiry().sweep();
    }
    Ok(())
}

/// What is stored of a new value. From here on it counts as what State holds.
pub(super) fn stored_as(resolved: &ResolvedKey, new: New, ttl_ms: Option<f64>, now: f64) -> Stored {
    drop(new.held);
    let created_at = match resolved.entry.created_at(now) {
        CreationTime::At(at) => Some(at),
        CreationTime::Never => Some(now),
        CreationTime::Unknown => None,
    };
    let ttl_ms = ttl_ms.or(resolved.namespace.config.ttl);
    Stored {
        body: new.body,
        length: new.length,
        weight: new.weight,
        created_at,
        // The clock may have been set back.
        updated_at: created_at.map_or(now, |at| now.max(at)),
        expires_at: ttl_ms.map(|ttl| now + ttl),
        version: None,
    }
}

/// Removes what is stored there, if there may be anything; true when it had not expired.
///
/// # Errors
/// As [`store_value`].
pub(super) fn remove(
    core: &Core,
    resolved: Option<ResolvedKey>,
    key: &str,
    now: f64,
) -> Result<bool, Error> {
    let Some(resolved) = &resolved else {
        core.count_write();
        return Ok(false);
    };
    let was = resolved.entry.is_live(now);
    if resolved.entry.is_absent() {
        core.count_write();
        core.release(resolved);
    } else {
        note_known(core, resolved)?;
        if let Some(held) = resolved.entry.charge(now) {
            core.growth.less(record_bytes(key.len(), held));
        }
        change(core, resolved, Slot::Absent);
    }
    Ok(was)
}

/// The key is about to be known without being asked for, because it is written.
fn note_known(core: &Core, resolved: &ResolvedKey) -> Result<(), Error> {
    let key = &resolved.entry.key;
    let is_asked = resolved.namespace.config.persistent && core.caches().reads_through();
    if is_asked && !core.read_set.borrow().has(key.as_str()) {
        core.grow(ReadSet::bytes_of(key.as_str()))?;
        core.read_set.borrow_mut().add(key.clone());
    }
    Ok(())
}

/// Changes what is stored, for all to see, and has it written.
fn change(core: &Core, resolved: &ResolvedKey, slot: Slot) {
    core.count_write();
    resolved.entry.put(slot);
    if resolved.namespace.config.persistent {
        core.store.write(&resolved.entry, &core.receipt);
    }
    core.store.loader().feed().publish(&resolved.entry);
    // What is persistent stays until the backend knows.
    core.release(resolved);
}
