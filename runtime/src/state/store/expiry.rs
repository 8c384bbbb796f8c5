//! Expiry: records that have expired are removed.

use super::clock::Clock;
use super::load::Loader;
use super::write_queue::WriteQueue;
use super::write_receipt::WriteReceipt;
use crate::state::cache::{Cursor, Entry, RecordCache, Slot};
use std::cell::Cell;
use std::rc::Rc;

/// The removal of what has expired: in the background, and when the clock is set back.
pub(crate) struct Expiry {
    loader: Rc<Loader>,
    queue: Rc<WriteQueue>,
    clock: Clock,
    sweeping: Cell<bool>,
}

/// How often the background sweep goes round, in milliseconds.
const SWEEP_MS: u32 = 30_000;

impl Expiry {
    pub(super) fn new(loader: Rc<Loader>, queue: Rc<WriteQueue>) -> Self {
        Self {
            loader,
            queue,
            clock: Clock::default(),
            sweeping: Cell::new(false),
        }
    }

    /// The time, in milliseconds since the epoch. When the clock was set back, what had
    /// expired before is removed first: entries may be released here.
    pub(crate) fn now(&self) -> f64 {
        let (now, set_back_from) = self.clock.read(&**self.loader.platform());
        if let Some(before) = set_back_from {
            for entry in self.expiring() {
                self.expire(&entry, before, None);
            }
        }
        now
    }

    /// The time, as far as it matters to `entry`.
    pub(crate) fn now_for(&self, entry: &Entry) -> f64 {
        if entry.expires() {
            self.now()
        } else {
            f64::NEG_INFINITY
        }
    }

    /// Removes what has expired by now, for `receipt` if given. Others have turns in between:
    /// each record has its watchers to be notified. Returns how many the backend has to remove.
    pub(crate) async fn purge(&self, receipt: Option<&Rc<WriteReceipt>>) -> u32 {
        let time = self.now();
        let pace = self.loader.pace();
        let mut removed = 0;
        for entry in self.expiring() {
            removed += u32::from(self.expire(&entry, time, receipt));
            pace.after(0).await;
        }
        removed
    }

    /// All entries, as long as there are any that expire. They may come and go meanwhile.
    fn expiring(&self) -> impl Iterator<Item = Rc<Entry>> {
        let parts = |cache| {
            let mut cursor = Cursor::new("");
            std::iter::from_fn(move || RecordCache::expires(cache).then(|| cursor.next(cache)))
        };
        let caches = self.loader.caches();
        // An engine that removes them itself tells of it.
        let durable = (!self.loader.backend().expires()).then(|| caches.durable());
        let all = durable.into_iter().chain([caches.volatile()]);
        all.flat_map(move |cache| parts(cache).take_while(|part| !part.is_empty()))
            .flatten()
    }

    /// Removes a record that has expired by `time`; true when the backend has to remove it.
    fn expire(&self, entry: &Rc<Entry>, time: f64, receipt: Option<&Rc<WriteReceipt>>) -> bool {
        // It may have been written or released since it was found.
        if !entry.has_expired(time) || entry.is_detached() {
            return false;
        }
        let had = entry.put(Slot::Absent);
        if let Slot::Present(stored) = had {
            entry.expired.set(stored.expires_at);
        }
        self.loader.feed().publish(entry);
        let volatile = self.loader.caches().volatile();
        if volatile.has(entry) {
            volatile.release(entry);
            return false;
        }
        match receipt {
            Some(receipt) => self.queue.note(entry, receipt),
            None => self.queue.touch(entry),
        }
        true
    }

    /// Sweeps in the background if anything durable could expire.
    pub(super) fn sweep_if_needed(self: &Rc<Self>) {
        if self.has_to_sweep() {
            self.sweep();
        }
    }

    /// Whether there is anything to be removed here, some time.
    fn has_to_sweep(&self) -> bool {
        let (caches, backend) = (self.loader.caches(), self.loader.backend());
        caches.volatile().expires() || caches.durable().expires() && !backend.expires()
    }

    /// Sweeps in the background, until nothing is left that could expire.
    pub(crate) fn sweep(self: &Rc<Self>) {
        if self.sweeping.replace(true) {
            return;
        }
        let (expiry, platform) = (Rc::downgrade(self), self.loader.platform().clone());
        self.loader.platform().spawn(Box::pin(async move {
            loop {
                platform.sleep(SWEEP_MS).await;
                let Some(expiry) = expiry.upgrade() else {
                    return;
                };
                expiry.purge(None).await;
                if !expiry.has_to_sweep() {
                    expiry.sweeping.set(false);
                    return;
                }
            }
        }));
    }
}
