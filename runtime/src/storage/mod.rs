//! The storage port, and the backends that need no browser.

mod changes;
mod host;
mod host_call;
mod host_swap;
mod local_storage;
pub mod log;
mod membership;
mod memory;
pub mod original;
mod original_items;
mod peers;
mod serve;
mod sorting;

pub use changes::{Changes, Heard, Listeners, Told};
pub use host::HostBackend;
pub use host_call::CallHost;
pub use local_storage::{CallLocalStorage, LocalStorageBackend, Prepare};
pub use membership::Membership;
pub use memory::MemoryBackend;
pub use original_items::import as import_original_items;
pub use peers::Peers;
pub use serve::serve_call;
pub(crate) use sorting::RecordsByKey;
pub use sorting::sorted;

use crate::protocol::{Error, Record};
use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;
use std::cell::Cell;
use std::rc::Rc;

/// The answer of a backend, later.
pub type Pending<T> = LocalBoxFuture<'static, Result<T, Error>>;

/// Where records last. Any string is a key.
///
/// Calls may overlap; a call sees what calls that completed before it was made have written.
pub trait Backend: 'static {
    /// The name that errors give it, such as `indexeddb`.
    fn name(&self) -> &str;

    /// How State keeps it in memory.
    fn cache_mode(&self) -> CacheMode;

    /// Makes it ready. Called once, before any other call.
    fn init(&self) -> Pending<()>;

    /// The records that exist among `keys`, in any order.
    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>>;

    /// The records whose key begins with `prefix` (all for an empty one), in ascending
    /// order of their keys' UTF-8 bytes.
    fn scan(&self, prefix: String) -> Pending<Vec<Record>>;

    /// Stores and removes: all of the batch or, for built-in backends, nothing.
    /// Completes when it is durable.
    fn write(&self, batch: Rc<Batch>) -> Pending<()>;

    /// The same, which notes in `done` how many records are stored so far, where that takes long.
    fn write_noting(&self, batch: Rc<Batch>, _done: &Rc<Cell<u32>>) -> Pending<()> {
        self.write(batch)
    }

    /// Removes records that have expired, and gives those in their places that expire at another
    /// time, or never: others have written them again. Otherwise as [`Backend::write`]. Where nobody
    /// else writes unasked, there are none.
    fn remove_expired(&self, expired: Vec<Expired>) -> Pending<Vec<Record>> {
        let deletes = expired.into_iter().map(|Expired { key, .. }| key);
        let removed = self.write(Rc::new(Batch::deletes(deletes.collect())));
        Box::pin(async move { removed.await.map(|()| Vec::new()) })
    }

    /// What makes an update of State atomic.
    fn atomicity(&self) -> Atomicity {
        Atomicity::Locked
    }

    /// Stores `next`, or removes the record, if there is this version of it, or none. Only for
    /// [`Atomicity::Compared`].
    fn compare_and_set(
        &self,
        key: String,
        _version: Option<Rc<str>>,
        _next: Option<Record>,
    ) -> Pending<Swap> {
        let error = Error::protocol(format!("{} compares no versions: {key}", self.name()));
        Box::pin(std::future::ready(Err(error)))
    }

    /// Whether it removes what has expired by itself, and tells of it.
    fn expires(&self) -> bool {
        false
    }

    /// Whether a batch that fails has stored nothing.
    fn is_atomic(&self) -> bool {
        true
    }

    /// Removes every record.
    fn clear(&self) -> Pending<()>;

    /// Releases what it holds. Later calls fail.
    fn close(&self) -> Pending<()>;

    /// What others (tabs, workers) write from now on, each as soon as a call here can see it.
    /// Ends with [`Backend::close`]; none where nobody is heard.
    fn changes(&self) -> Option<LocalBoxStream<'static, Heard>> {
        None
    }

    /// Completes when the others have taken in what was written here so far, or do not answer.
    fn propagated(&self) -> LocalBoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// How the cache of a backend is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheMode {
    /// Nobody else writes unheard: it is loaded on open and then read from memory.
    Preloaded,
    /// Others may write at any time: each key is read once per run.
    ReadThrough,
}

/// What makes an update atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atomicity {
    /// Its lock: all who write are in this browser.
    Locked,
    /// Nothing, between this browser and others.
    Unshared,
    /// The record's version, which is compared.
    Compared,
}

/// What has come of [`Backend::compare_and_set`].
#[derive(Clone, Debug, PartialEq)]
pub enum Swap {
    /// It is durable, and this is its version.
    Done(Rc<str>),
    /// It is not stored: there is this record, with its version, or none.
    Conflict(Option<Record>),
}

/// A record that has expired.
#[derive(Clone, Debug, PartialEq)]
pub struct Expired {
    /// Its key.
    pub key: String,
    /// Its time of expiry, in milliseconds since the epoch.
    pub expires_at: f64,
}

/// Writes that belong together. No key is both stored and removed; of one that is stored twice, the last record
/// counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Records to store or replace.
    pub puts: Vec<Record>,
    /// Keys to remove; a missing one is not an error.
    pub deletes: Vec<String>,
}

impl Batch {
    /// Records to store.
    #[must_use]
    pub fn puts(puts: Vec<Record>) -> Self {
        Self {
            puts,
            deletes: Vec::new(),
        }
    }

    /// Keys to remove.
    #[must_use]
    pub fn deletes(deletes: Vec<String>) -> Self {
        Self {
            puts: Vec::new(),
            deletes,
        }
    }

    /// The keys that it is about.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        let stored = self.puts.iter().map(|record| &record.key);
        stored.chain(&self.deletes)
    }

    /// Its key, when it is about a single one: errors name it.
    #[must_use]
    pub fn only_key(&self) -> Vec<String> {
        match (self.puts.as_slice(), self.deletes.as_slice()) {
            ([record], []) => vec![record.key.clone()],
            ([], [key]) => vec![key.clone()],
            _ => Vec::new(),
        }
    }
}
