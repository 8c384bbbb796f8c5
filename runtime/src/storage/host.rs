//! The backend that a page provides: its methods are called by messages.

use super::host_call::{About, CallHost, Host};
use super::host_swap::{remove_expired, swap};
use super::{
    Atomicity, Backend, Batch, CacheMode, Changes, Expired, Heard, Listeners, Pending, Swap, Told,
};
use crate::platform::Platform;
use crate::protocol::{BackendChange, BackendOp, HostMethods, MOST_KEYS, Record};
use futures::stream::LocalBoxStream;
use std::rc::Rc;

/// The host's own backend: each call crosses, and each answer is checked.
pub struct HostBackend {
    methods: HostMethods,
    host: Host,
    listeners: Listeners,
}

impl HostBackend {
    /// A backend that errors call `name`, with these optional methods, reached by `call`.
    pub fn new(
        platform: Rc<dyn Platform>,
        name: String,
        methods: HostMethods,
        call: CallHost,
    ) -> Self {
        Self {
            methods,
            host: Host {
                platform,
                name: name.into(),
                call,
                has_versions: methods.compare_and_set,
            },
            listeners: Listeners::default(),
        }
    }

    /// Tells those who listen what was written, by anyone; none for anything.
    pub fn changed(&self, changes: Option<Vec<BackendChange>>) {
        let Some(changes) = changes else {
            return self.listeners.tell(Changes::All);
        };
        let told = changes.into_iter().map(|change| match change {
            BackendChange::Removed { key } => Told { key, record: None },
            BackendChange::Stored {
                mut record,
                version,
            } => {
                record.version = version.map(Into::into);
                Told {
                    key: record.key.clone(),
                    record: Some(record),
                }
            }
        });
        self.listeners.tell(told.collect::<Vec<_>>());
    }
}

impl Backend for HostBackend {
    fn name(&self) -> &str {
        &self.host.name
    }

    fn cache_mode(&self) -> CacheMode {
        if self.methods.changes {
            CacheMode::Preloaded
        } else {
            CacheMode::ReadThrough
        }
    }

    fn atomicity(&self) -> Atomicity {
        if self.methods.compare_and_set {
            Atomicity::Compared
        } else {
            Atomicity::Unshared
        }
    }

    fn compare_and_set(
        &self,
        key: String,
        version: Option<Rc<str>>,
        next: Option<Record>,
    ) -> Pending<Swap> {
        let host = self.host.clone();
        Box::pin(async move { swap(&host, key, version, next).await })
    }

    fn remove_expired(&self, expired: Vec<Expired>) -> Pending<Vec<Record>> {
        let keys = expired.iter().map(|expired| expired.key.clone()).collect();
        if !self.methods.compare_and_set {
            let removed = self.write(Rc::new(Batch::deletes(keys)));
            return Box::pin(async move { removed.await.map(|()| Vec::new()) });
        }
        let (host, found) = (self.host.clone(), self.get_many(keys));
        Box::pin(async move { remove_expired(&host, found.await?, expired).await })
    }

    fn expires(&self) -> bool {
        self.methods.expires
    }

    fn is_atomic(&self) -> bool {
        self.methods.transact
    }

    fn changes(&self) -> Option<LocalBoxStream<'static, Heard>> {
        self.methods.changes.then(|| self.listeners.listen())
    }

    fn init(&self) -> Pending<()> {
        let host = self.host.clone();
        Box::pin(async move { host.done(BackendOp::Init, &About::new("init", &[])).await })
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        let host = self.host.clone();
        if self.methods.get_many {
            return Box::pin(async move { host.get_many(keys).await });
        }
        Box::pin(async move {
            let mut records = Vec::new();
            for key in keys {
                records.extend(host.get(key).await?);
            }
            Ok(records)
        })
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        let (host, methods) = (self.host.clone(), self.methods);
        Box::pin(async move { host.scan(&prefix, methods).await })
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        let (host, methods) = (self.host.clone(), self.methods);
        Box::pin(async move {
            let Batch { puts, deletes } = &*batch;
            if methods.transact && puts.len() + deletes.len() > 1 {
                return host.transact(&batch).await;
            }
            if methods.set_many && puts.len() > 1 {
                let mut records = host.last_of_each(puts).await.into_iter();
                while records.len() > 0 {
                    let records: Vec<_> = records.by_ref().take(methods.most_at_once()).collect();
                    let named = first_keys(&records);
                    let about = About {
                        more: records.len() - named.len(),
                        ..About::new("setMany", &named)
                    };
                    host.done(BackendOp::SetMany { records }, &about).await?;
                }
            } else {
                for record in puts {
                    let about = About::new("set", std::slice::from_ref(&record.key));
                    let record = record.clone();
                    host.done(BackendOp::Set { record }, &about).await?;
                }
            }
            if methods.delete_many && deletes.len() > 1 {
                for deletes in deletes.chunks(methods.most_at_once()) {
                    let keys = host.copy(deletes).await;
                    let about = About::new("deleteMany", deletes);
                    host.done(BackendOp::DeleteMany { keys }, &about).await?;
                }
                Ok(())
            } else {
                for key in deletes {
                    let about = About::new("delete", std::slice::from_ref(key));
                    let op = BackendOp::Delete { key: key.clone() };
                    host.done(op, &about).await?;
                }
                Ok(())
            }
        })
    }

    fn clear(&self) -> Pending<()> {
        let host = self.host.clone();
        Box::pin(async move { host.done(BackendOp::Clear, &About::new("clear", &[])).await })
    }

    fn close(&self) -> Pending<()> {
        self.listeners.close();
        let host = self.host.clone();
        Box::pin(async move { host.done(BackendOp::Close, &About::new("close", &[])).await })
    }
}

/// How many records a call may be about where it crosses a network and is no transaction: a call has 30 s, and a server may
/// take milliseconds for each to have it on its disk.
const MOST_AT_ONCE: usize = 1024;

impl HostMethods {
    /// How many records one `setMany` or `deleteMany` is about at most.
    fn most_at_once(self) -> usize {
        if self.compare_and_set {
            MOST_AT_ONCE
        } else {
            usize::MAX
        }
    }
}

/// The keys that an error may name.
pub(super) fn first_keys(records: &[Record]) -> Vec<String> {
    let keys = records.iter().map(|record| record.key.clone());
    keys.take(MOST_KEYS).collect()
}
