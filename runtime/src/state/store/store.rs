//! A session's store: what the page does with it, and what accesses are made of.

use super::background::Background;
use super::clear::{dispose_of, publish_gone};
use super::expiry::Expiry;
use super::export::Export;
use super::import::{Import, check_all};
use super::key_locks::KeyLocks;
use super::load::{Audience, Loader};
use super::remote_changes::follow;
use super::write_queue::WriteQueue;
use super::write_receipt::WriteReceipt;
use super::writer;
use crate::platform::Platform;
use crate::protocol::{Error, ErrorKind, NamespaceConfig, Record};
use crate::script_id::ScriptId;
use crate::state::cache::{Entry, Snapshot};
use crate::state::namespaces::{Registration, Registry};
use crate::storage::{Backend, Pending};
use futures::future::LocalBoxFuture;
use std::cell::Cell;
use std::rc::Rc;

/// A session's State: its backend, and what of it is in memory.
pub struct Store {
    background: Rc<Background>,
    registry: Rc<Registry>,
    /// The locks of keys that do not last.
    locks: Rc<KeyLocks>,
    accesses: Cell<u32>,
    last_receipt: Cell<u32>,
    has_updated_unshared: Cell<bool>,
}

impl Store {
    /// Makes `backend` ready and loads what it holds, if State alone writes to it.
    ///
    /// # Errors
    /// What the backend's `init` or its first read failed with.
    pub fn open(platform: Rc<dyn Platform>, backend: Rc<dyn Backend>) -> Pending<Rc<Self>> {
        Box::pin(async move {
            backend.init().await?;
            // Before the first read, so that nothing is missed.
            let changes = backend.changes();
            let store = Rc::new(Self::new(platform, backend));
            let Background { loader, expiry, .. } = &*store.background;
            if !loader.caches().reads_through() {
                if let Err(error) = loader.load_prefix("", Audience::Nobody).await {
                    // The load's failure is the one to report.
                    let _ = loader.backend().close().await;
                    return Err(error);
                }
                expiry.sweep_if_needed();
            }
            if let Some(changes) = changes {
                follow(&store.background, changes);
            }
            Ok(store)
        })
    }

    fn new(platform: Rc<dyn Platform>, backend: Rc<dyn Backend>) -> Self {
        let loader = Rc::new(Loader::new(platform, backend));
        let background = Rc::new_cyclic(|background| {
            let start = writer::starter(background.clone());
            let queue = Rc::new(WriteQueue::new(loader.caches().clone(), start));
            let expiry = Rc::new(Expiry::new(loader.clone(), queue.clone()));
            Background {
                loader,
                queue,
                expiry,
            }
        });
        Self {
            background,
            registry: Rc::default(),
            locks: Rc::default(),
            accesses: Cell::new(0),
            last_receipt: Cell::new(0),
            has_updated_unshared: Cell::new(false),
        }
    }

    /// Declares namespaces for `script`: all of them, or none.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for a declaration that is invalid; [`ErrorKind::Permission`] for
    /// a name that is reserved, another script's, or shared by another under other terms.
    pub fn register(
        &self,
        script: &ScriptId,
        configs: &[(String, NamespaceConfig)],
    ) -> Result<(), Error> {
        self.registry.register(script, configs)
    }

    /// Takes back what `script` has declared; its records stay.
    pub fn unregister(&self, script: &ScriptId) {
        self.registry.unregister(script);
    }

    /// Has `listener` notified of every declaration from now on, once it is made.
    pub fn on_registration(&self, listener: Box<dyn Fn(Registration<'_>)>) {
        self.registry.listen(listener);
    }

    /// Reads everything from the backend before it is needed.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn preload(self: &Rc<Self>) -> Pending<()> {
        let background = self.background.clone();
        Box::pin(async move { background.loader.load_all().await })
    }

    /// Forgets what memory could read again: never what is not written yet, nor what a
    /// run in progress has read, which reads each key once.
    pub fn clear_cache(&self) {
        let loader = &self.background.loader;
        if loader.caches().reads_through() && self.accesses.get() == 0 {
            loader.caches().forget(loader.platform());
        }
    }

    /// Every record of the backend that has not expired, as it is now.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn export(self: &Rc<Self>) -> Pending<Export> {
        let background = self.background.clone();
        Box::pin(async move {
            let Background { loader, expiry, .. } = &*background;
            loader.load_all().await?;
            let (now, durable) = (expiry.now(), loader.caches().durable());
            Ok(Export::of(Snapshot::of(durable, loader.platform(), now)))
        })
    }

    /// The same, all of them at once.
    ///
    /// # Errors
    /// As [`Store::export`].
    pub fn records(self: &Rc<Self>) -> Pending<Vec<Record>> {
        let store = self.clone();
        Box::pin(async move {
            let export = store.export().await?;
            let pace = store.loader().pace();
            let mut records = Vec::with_capacity(export.total());
            loop {
                let mut part = export.next(&pace).await?;
                if part.is_empty() {
                    return Ok(records);
                }
                records.append(&mut part);
            }
        })
    }

    /// Stores these records as they are; of those with one key the last. Completes when all are durable. Their
    /// values are JSON text. `stored` says meanwhile how many of them the backend has, as far as it tells.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], naming the record, before anything is stored;
    /// [`ErrorKind::Storage`] when the backend fails, and built-in ones then store none.
    pub fn import(self: &Rc<Self>, records: Vec<Record>, stored: Rc<Cell<u32>>) -> Pending<()> {
        let background = self.background.clone();
        Box::pin(async move {
            check_all(&records, &background.loader.pace()).await?;
            if records.is_empty() {
                return Ok(());
            }
            let (import, ended) = Import::new(records, stored);
            background.queue.import(import);
            let given_up = || Error::new(ErrorKind::Cancelled, "the session has ended");
            ended.await.unwrap_or_else(|_| Err(given_up()))
        })
    }

    /// Removes every record, of every script.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails; memory is as the backend then.
    pub fn clear(self: &Rc<Self>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            let Background { loader, queue, .. } = &*store.background;
            let receipt = store.receipt();
            loader.begin_clear();
            let durable = loader.caches().durable().clear();
            let volatile = loader.caches().volatile().clear();
            queue.clear(&receipt, durable.clone());
            for entries in [&durable, &volatile] {
                publish_gone(loader, entries).await;
            }
            dispose_of(loader, durable);
            dispose_of(loader, volatile);
            receipt.settle().await
        })
    }

    /// Removes every record that has expired, and returns their number once that is durable.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] when the backend fails.
    pub fn cleanup_expired(self: &Rc<Self>) -> Pending<u32> {
        let store = self.clone();
        Box::pin(async move {
            let Background { loader, expiry, .. } = &*store.background;
            loader.load_all().await?;
            let receipt = store.receipt();
            let removed = expiry.purge(Some(&receipt)).await;
            receipt.settle().await?;
            Ok(removed)
        })
    }

    /// Completes when every write so far has ended, and others who keep the same records in
    /// memory have it. One that fails is its writer's error.
    pub fn flush(self: &Rc<Self>) -> LocalBoxFuture<'static, ()> {
        let background = self.background.clone();
        Box::pin(async move {
            background.queue.flushed().await;
            background.loader.backend().propagated().await;
        })
    }

    /// Makes every write durable and closes the backend.
    ///
    /// # Errors
    /// What the backend's `close` failed with. A write that fails is its writer's error.
    pub fn close(self: &Rc<Self>) -> Pending<()> {
        let background = self.background.clone();
        Box::pin(async move {
            // What has expired must not be there again should the clock be set back meanwhile.
            background.expiry.purge(None).await;
            background.queue.idle().await;
            background.loader.backend().close().await
        })
    }

    pub(crate) fn loader(&self) -> &Loader {
        &self.background.loader
    }

    pub(crate) fn expiry(&self) -> &Rc<Expiry> {
        &self.background.expiry
    }

    pub(crate) fn registry(&self) -> &Rc<Registry> {
        &self.registry
    }

    pub(crate) fn locks(&self) -> &Rc<KeyLocks> {
        &self.locks
    }

    /// A receipt of its own, for one who writes.
    pub(crate) fn receipt(&self) -> Rc<WriteReceipt> {
        // 0 is nobody's.
        let id = self.last_receipt.get().wrapping_add(1).max(1);
        self.last_receipt.set(id);
        Rc::new(WriteReceipt::new(id))
    }

    /// Whether this is the first update where other users' may be lost.
    pub(crate) fn is_first_unshared_update(&self) -> bool {
        !self.has_updated_unshared.replace(true)
    }

    /// Has the backend take `entry` as it is now, for `receipt`.
    pub(crate) fn write(&self, entry: &Rc<Entry>, receipt: &Rc<WriteReceipt>) {
        self.background.queue.note(entry, receipt);
    }

    /// Waits until the backend has `entry` as it is in memory, or has failed to take it.
    pub(crate) async fn written(&self, entry: &Entry) {
        self.background.queue.written(entry).await;
    }

    /// An access begins.
    pub(crate) fn enter(&self) {
        self.accesses.set(self.accesses.get() + 1);
    }

    /// An access has ended. After the last one nothing is kept that others may change unheard.
    pub(crate) fn leave(&self) {
        self.accesses.set(self.accesses.get() - 1);
        self.clear_cache();
    }
}
