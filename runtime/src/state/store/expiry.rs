//! Removing what has expired.

use super::load::Tell;
use super::store::Store;
use super::write_receipt::Account;
use crate::pace::Pace;
use crate::state::cache::{Cursor, Memory};
use crate::state::cache::{Entry, Slot};
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
                store.read_prefix("", Tell::Nobody).await?;
            }
            let account = store.account();
            let removed = store.purge_in_slices(Some(&account)).await;
            account.settle().await?;
            Ok(removed)
        })
    }

    /// Removes what has expired by now, for `account` if given. Others have turns in between:
    /// each record has its watchers to be told. Gives how many the backend has to hear of.
    pub(crate) async fn purge_in_slices(self: &Rc<Self>, account: Option<&Rc<Account>>) -> u32 {
        let time = self.now();
        let pace = Pace::new(self.platform.clone());
        let mut removed = 0;
        for entry in self.expiring() {
            removed += u32::from(self.expire(&entry, time, account));
            pace.after(0).await;
        }
        removed
    }

    /// Removes what has expired by `time`, all at once.
    pub(crate) fn purge(self: &Rc<Self>, time: f64) {
        for entry in self.expiring() {
            self.expire(&entry, time, None);
        }
    }

    /// All entries, as long as there are any that expire. They may come and go meanwhile.
    fn expiring(&self) -> impl Iterator<Item = Rc<Entry>> {
        let parts = |memory| {
            let mut cursor = Cursor::new("");
            std::iter::from_fn(move || Memory::expires(memory).then(|| cursor.next(memory)))
        };
        let all = [&self.memory, &self.volatile].into_iter();
        all.flat_map(move |memory| parts(memory).take_while(|part| !part.is_empty()))
            .flatten()
    }

    /// Removes a record that has expired by `time`; true when the backend has to hear of it.
    fn expire(
        self: &Rc<Self>,
        entry: &Rc<Entry>,
        time: f64,
        account: Option<&Rc<Account>>,
    ) -> bool {
        // It may have been written or let go since it was found.
        if !entry.has_expired(time) || entry.is_detached() {
            return false;
        }
        let had = entry.put(Slot::Absent);
        if let Slot::Present(stored) = had {
            entry.expired.set(stored.expires_at);
        }
        self.publish(entry);
        if self.volatile.has(entry) {
            self.volatile.release(entry);
            return false;
        }
        match account {
            Some(account) => self.writer.note(self, entry, account),
            None => self.writer.touch(self, entry),
        }
        true
    }

    /// Sweeps in the background if anything could expire.
    pub(crate) fn sweep_if_needed(self: &Rc<Self>) {
        if self.memory.expires() {
            self.sweep_from_now_on();
        }
    }

    /// Sweeps in the background, until nothing is left that could expire.
    pub(crate) fn sweep_from_now_on(self: &Rc<Self>) {
        if self.sweeping.replace(true) {
            return;
        }
        let (store, platform) = (Rc::downgrade(self), self.platform.clone());
        self.platform.spawn(Box::pin(async move {
            loop {
                platform.sleep(SWEEP_MS).await;
                let Some(store) = store.upgrade() else { return };
                store.purge_in_slices(None).await;
                if !store.memory.expires() && !store.volatile.expires() {
                    store.sweeping.set(false);
                    return;
                }
            }
        }));
    }
}
