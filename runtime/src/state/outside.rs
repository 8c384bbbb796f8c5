//! What others have written to the backend: other tabs, other workers.

use super::entry::Entry;
use super::record_key::RecordKey;
use super::store::Store;
use crate::protocol::Record;
use crate::storage::{Changes, Reading};
use futures::StreamExt as _;
use futures::stream::LocalBoxStream;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Store {
    /// Takes in what others write, until the backend is closed.
    pub(super) fn follow(self: &Rc<Self>, mut changes: LocalBoxStream<'static, Changes>) {
        let store = Rc::downgrade(self);
        self.platform.spawn(Box::pin(async move {
            while let Some(changes) = changes.next().await {
                let Some(store) = store.upgrade() else { return };
                store.hear(changes).await;
            }
        }));
    }

    /// Reads what has changed, and tells its watchers. What is to be written here counts for more;
    /// what is on its way may be older, and is waited for. Where reading fails, memory stays as it is.
    async fn hear(self: &Rc<Self>, changes: Changes) {
        match changes {
            Changes::Keys(keys) if self.reading == Reading::Loaded => {
                let keys: Vec<RecordKey> = keys.iter().map(|key| RecordKey::new(&**key)).collect();
                let on_its_way = |entry: Rc<Entry>| entry.in_flight.get();
                if self.is_clearing()
                    || keys.iter().filter_map(|key| self.find(key)).any(on_its_way)
                {
                    self.writer.landed().await;
                }
                let before = self.snapshot(keys.iter().filter_map(|key| self.find(key)));
                if self.read_keys(&keys).await.is_ok() {
                    self.publish_changed(before, keys.iter().filter_map(|key| self.find(key)));
                }
            }
            Changes::All if self.reading == Reading::Loaded => {
                self.writer.landed().await;
                let before = self.snapshot(self.memory.range("").into_iter());
                if self.read_prefix(String::new()).await.is_ok() {
                    self.publish_changed(before, self.memory.range("").into_iter());
                }
            }
            // Where each run reads for itself, nothing is kept that could be out of date.
            Changes::Keys(_) | Changes::All => {}
        }
        if self.memory.any(Entry::expires) {
            self.sweep_from_now_on();
        }
    }

    /// Takes in what others have renewed while it was to be removed as expired here, since `stamp`.
    pub(super) fn take_renewed(self: &Rc<Self>, records: Vec<Record>, stamp: u64) {
        if records.is_empty() {
            return;
        }
        let keys: Vec<RecordKey> = records
            .iter()
            .map(|record| RecordKey::new(record.key.as_str()))
            .collect();
        let before = self.snapshot(keys.iter().filter_map(|key| self.find(key)));
        self.take_in(records, &[], stamp);
        self.publish_changed(before, keys.iter().filter_map(|key| self.find(key)));
        if self.memory.any(Entry::expires) {
            self.sweep_from_now_on();
        }
    }

    fn is_clearing(&self) -> bool {
        self.cleared.get() == u64::MAX
    }

    fn find(&self, key: &RecordKey) -> Option<Rc<Entry>> {
        self.memory.find(key.as_str())
    }

    fn snapshot(
        &self,
        entries: impl Iterator<Item = Rc<Entry>>,
    ) -> BTreeMap<RecordKey, (Rc<Entry>, Option<Record>)> {
        entries
            .map(|entry| {
                let record = self.record(&entry).unwrap_or_default();
                (entry.key.clone(), (entry, record))
            })
            .collect()
    }

    /// Tells of those that are not as they were, and of those that are gone.
    fn publish_changed(
        &self,
        before: BTreeMap<RecordKey, (Rc<Entry>, Option<Record>)>,
        now: impl Iterator<Item = Rc<Entry>>,
    ) {
        let mut after = self.snapshot(now);
        for (key, (entry, _)) in &before {
            after
                .entry(key.clone())
                .or_insert_with(|| (entry.clone(), None));
        }
        for (key, (entry, record)) in after {
            let was = before.get(&key).and_then(|(_, record)| record.as_ref());
            if was != record.as_ref() {
                self.publish(&entry);
            }
        }
    }
}
