//! What concerns all records, whoever's they are: for the page, not for scripts.

use super::entry::{Entry, Slot, Stored};
use super::record_key::RecordKey;
use super::store::Store;
use crate::json;
use crate::protocol::{Error, ErrorKind, Record};
use crate::storage::{Pending, Reading};
use std::rc::Rc;

impl Store {
    /// Every record of the backend that has not expired, in order of keys.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn records(self: &Rc<Self>) -> Pending<Vec<Record>> {
        let store = self.clone();
        Box::pin(async move {
            if store.reading == Reading::Through {
                store.read_prefix(String::new()).await?;
            }
            let now = store.now();
            store
                .memory
                .filter(|entry| entry.is_live(now))
                .iter()
                .filter_map(|entry| store.record(entry).transpose())
                .collect()
        })
    }

    /// Stores these records as they are; completes when all are durable. Their values are JSON text.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], naming the record, before anything is stored;
    /// [`ErrorKind::Storage`] when the backend fails, and built-in ones then store none.
    pub fn import(self: &Rc<Self>, records: Vec<Record>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            records
                .iter()
                .enumerate()
                .try_for_each(|(at, record)| check(at, record))?;
            let account = store.account();
            store.next_epoch();
            for record in records {
                let entry = store
                    .memory
                    .entry(&RecordKey::new(record.key.as_str()), Slot::Absent);
                entry.put(Slot::Present(Stored::of(record)));
                store.writer.note(&store, &entry, &account);
                store.publish(&entry);
            }
            if store.memory.any(Entry::expires) {
                store.sweep_from_now_on();
            }
            account.settle().await
        })
    }

    /// Removes every record, of every script.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails; memory is as the backend then.
    pub fn clear(self: &Rc<Self>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            let account = store.account();
            store.writer.clear(&store, &account);
            store.next_epoch();
            store.cleared.set(u64::MAX);
            let stamp = store.next_stamp();
            for entry in store
                .memory
                .range("")
                .into_iter()
                .chain(store.volatile.range(""))
            {
                let was = entry.put(Slot::Absent);
                entry.stamp.set(stamp);
                if matches!(was, Slot::Present(_)) {
                    store.publish(&entry);
                }
            }
            account.settle().await
        })
    }

    /// The backend's part of a clear, in its turn among the batches.
    pub(super) async fn clear_backend(&self) -> Result<(), Error> {
        let outcome = self.backend.clear().await;
        if !self.writer.is_to_clear() {
            self.cleared.set(self.next_stamp());
        }
        let idle: Vec<Rc<Entry>> = self
            .memory
            .filter(|entry| !entry.is_pending() && entry.is_absent());
        match &outcome {
            Ok(()) => idle.iter().for_each(|entry| self.release(entry)),
            Err(_) => {
                for entry in &idle {
                    entry.put(Slot::Cold);
                }
                // When that fails too, they stay cold.
                let _ = self.read_prefix(String::new()).await;
                idle.iter().for_each(|entry| self.publish(entry));
            }
        }
        self.volatile.retain(|entry| !entry.is_absent());
        outcome
    }
}

fn check(at: usize, record: &Record) -> Result<(), Error> {
    let bad = |field: &str, why: &str| {
        let path = format!("records[{at}].{field}");
        let message = format!("{path} ({}): {why}", record.key);
        Err(Error::new(ErrorKind::Value { path }, message))
    };
    if RecordKey::new(record.key.as_str()).script_key().is_none() {
        return bad("key", "it is not of the form scriptId:namespace:rest");
    }
    if let Err(error) = json::parse_stored(&record.value) {
        return bad("value", &error.message);
    }
    let times = [
        Some(record.created_at),
        Some(record.updated_at),
        record.expires_at,
    ];
    if times.into_iter().flatten().any(|time| !time.is_finite()) {
        return bad("createdAt", "its times are no times");
    }
    Ok(())
}
