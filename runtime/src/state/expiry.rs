//! Removing what has expired.

use super::entry::{Entry, Slot};
use super::store::Store;
use crate::storage::{Pending, Reading};
use std::rc::Rc;

/// How often the background sweep goes round.
const SWEEP_MS: u32 = 30_000;

impl Store {
    /// Removes every record that has expired, and gives their number once that is durable.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Storage`] when the backend fails.
    pub fn cleanup_expired(self: &Rc<Self>) -> Pending<u32> {
        let store = self.clone();
        Box::pin(async move {
            if store.reading == Reading::Through {
                store.read_prefix(String::new()).await?;
            }
            let account = store.account();
            let expired = store.purge(store.now());
            for entry in &expired {
                store.writer.note(&store, entry, &account);
            }
            account.settle().await?;
            Ok(u32::try_from(expired.len()).unwrap_or(u32::MAX))
        })
    }

    /// Removes what has expired by `time`; gives what the backend has to hear of.
    pub(super) fn purge(self: &Rc<Self>, time: f64) -> Vec<Rc<Entry>> {
        let expired = |entry: &Entry| entry.has_expired(time);
        let persistent = self.memory.filter(expired);
        let volatile = self.volatile.filter(expired);
        if persistent.is_empty() && volatile.is_empty() {
            return persistent;
        }
        self.next_epoch();
        for entry in persistent.iter().chain(&volatile) {
            entry.put(Slot::Absent);
            self.publish(entry);
        }
        persistent
            .iter()
            .for_each(|entry| self.writer.touch(self, entry));
        volatile
            .iter()
            .for_each(|entry| self.volatile.release(entry));
        persistent
    }

    /// Sweeps in the background, until nothing is left that could expire.
    pub(super) fn sweep_from_now_on(self: &Rc<Self>) {
        if self.sweeping.replace(true) {
            return;
        }
        let (store, platform) = (Rc::downgrade(self), self.platform.clone());
        self.platform.spawn(Box::pin(async move {
            loop {
                platform.sleep(SWEEP_MS).await;
                let Some(store) = store.upgrade() else { return };
                store.purge(store.now());
                if !store.memory.any(Entry::expires) && !store.volatile.any(Entry::expires) {
                    store.sweeping.set(false);
                    return;
                }
            }
        }));
    }
}
