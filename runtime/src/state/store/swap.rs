//! Writes that depend on what the backend has.

use super::load::{Audience, Loader};
use crate::protocol::{Error, Record};
use crate::state::cache::{RecordKey, Slot, Stored};
use crate::storage::Swap;
use std::rc::Rc;

impl Loader {
    /// Has the backend store `next` at `key`, or remove what is there, if there is this version, or nothing. Memory is
    /// then as the backend. False when there was something else.
    ///
    /// # Errors
    /// Those of the backend; what is there is read again then.
    pub(crate) async fn swap(
        &self,
        key: &RecordKey,
        version: Option<Rc<str>>,
        next: Option<Record>,
    ) -> Result<bool, Error> {
        let _load = self.caches().begin_load();
        let stamp = self.caches().next_stamp();
        let swap = self
            .backend()
            .compare_and_set(key.as_str().to_owned(), version, next.clone());
        match swap.await {
            Ok(Swap::Done(version)) => {
                let record = next.map(|mut record| {
                    record.version = Some(version);
                    record
                });
                self.land(key, record, stamp).await?;
                Ok(true)
            }
            Ok(Swap::Conflict(current)) => {
                self.put_read(key, current, stamp);
                Ok(false)
            }
            Err(error) => {
                let entry = self.caches().durable().entry(key, Slot::Cold);
                if !entry.is_pending() {
                    self.load_again(vec![entry], &self.pace()).await;
                }
                Err(error)
            }
        }
    }

    /// Takes in what was stored. What was heard meanwhile may be older or newer.
    async fn land(&self, key: &RecordKey, record: Option<Record>, stamp: u64) -> Result<(), Error> {
        let entry = self.caches().durable().entry(key, Slot::Cold);
        let is_outdated = entry.stamp.get() > stamp || self.is_cleared(stamp);
        if entry.is_pending() || is_outdated && entry.confirm(record.as_ref()) {
            return Ok(());
        }
        if is_outdated {
            let key = std::slice::from_ref(key);
            return self.load_keys(key, Audience::Watchers).await.map(drop);
        }
        self.put_read(key, record, stamp);
        Ok(())
    }

    /// Takes in what the backend has answered to what was asked at `stamp`, for all to see.
    fn put_read(&self, key: &RecordKey, record: Option<Record>, stamp: u64) {
        let entry = self.caches().durable().entry(key, Slot::Cold);
        if self.is_cleared(stamp) || entry.is_pending() || entry.stamp.get() > stamp {
            return;
        }
        let is_same = entry.record().is_ok_and(|here| here == record) && !entry.is_cold();
        entry.put(record.map_or(Slot::Absent, |record| Slot::Present(Stored::of(&record))));
        entry.stamp.set(stamp);
        entry.is_ahead.set(true);
        if !is_same {
            self.feed().publish(&entry);
        }
        self.caches().release(&entry);
    }
}
