//! The backend that a page provides: its methods are called by messages.

use super::{Backend, Batch, CacheMode, Pending, sorted};
use crate::pace::Pace;
use crate::platform::Platform;
use crate::protocol::{
    BackendAnswer, BackendOp, Error, ErrorKind, HostError, HostMethods, MOST_KEYS, Record,
};
use futures::future::LocalBoxFuture;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How a call reaches the host, and what it answers or threw.
pub type CallHost =
    Rc<dyn Fn(BackendOp) -> LocalBoxFuture<'static, Result<BackendAnswer, HostError>>>;

/// The host's own backend: each call crosses, and each answer is checked.
pub struct HostBackend {
    methods: HostMethods,
    host: Host,
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
            },
        }
    }
}

impl Backend for HostBackend {
    fn name(&self) -> &str {
        &self.host.name
    }

    fn cache_mode(&self) -> CacheMode {
        CacheMode::ReadThrough
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
        let (host, can_scan) = (self.host.clone(), self.methods.scan);
        Box::pin(async move {
            let records = if can_scan {
                host.scan(&prefix).await?
            } else {
                host.get_all(&prefix).await?
            };
            Ok(sorted(records, &prefix, &host.pace()).await)
        })
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        let (host, methods) = (self.host.clone(), self.methods);
        Box::pin(async move {
            let Batch { puts, deletes } = &*batch;
            if methods.set_many && puts.len() > 1 {
                let records = host.last_of_each(puts).await;
                let named: Vec<String> = records
                    .iter()
                    .take(MOST_KEYS)
                    .map(|record| record.key.clone())
                    .collect();
                let about = About {
                    more: records.len() - named.len(),
                    ..About::new("setMany", &named)
                };
                host.done(BackendOp::SetMany { records }, &about).await?;
            } else {
                for record in puts {
                    let about = About::new("set", std::slice::from_ref(&record.key));
                    let record = record.clone();
                    host.done(BackendOp::Set { record }, &about).await?;
                }
            }
            if methods.delete_many && deletes.len() > 1 {
                let keys = host.copy(deletes).await;
                let about = About::new("deleteMany", deletes);
                host.done(BackendOp::DeleteMany { keys }, &about).await
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
        let host = self.host.clone();
        Box::pin(async move { host.done(BackendOp::Close, &About::new("close", &[])).await })
    }
}

#[derive(Clone)]
struct Host {
    platform: Rc<dyn Platform>,
    name: Rc<str>,
    call: CallHost,
}

/// The subject of a call, for its errors.
struct About<'a> {
    operation: &'static str,
    keys: &'a [String],
    /// How many keys there are besides those.
    more: usize,
}

impl<'a> About<'a> {
    fn new(operation: &'static str, keys: &'a [String]) -> Self {
        Self {
            operation,
            keys,
            more: 0,
        }
    }
}

impl Host {
    fn pace(&self) -> Pace {
        Pace::new(self.platform.clone())
    }

    /// The records to be stored, of each key the last.
    async fn last_of_each(&self, records: &[Record]) -> Vec<Record> {
        let (pace, mut last) = (self.pace(), BTreeMap::new());
        for (at, record) in records.iter().enumerate() {
            last.insert(record.key.as_str(), at);
            pace.after(0).await;
        }
        let mut copy = Vec::with_capacity(last.len());
        for (at, record) in records.iter().enumerate() {
            if last.get(record.key.as_str()) == Some(&at) {
                copy.push(record.clone());
            }
            pace.after(0).await;
        }
        copy
    }

    async fn copy<T: Clone>(&self, items: &[T]) -> Vec<T> {
        let (pace, mut copy) = (self.pace(), Vec::with_capacity(items.len()));
        for item in items {
            copy.push(item.clone());
            pace.after(0).await;
        }
        copy
    }

    async fn call(&self, op: BackendOp, about: &About<'_>) -> Result<BackendAnswer, Error> {
        (self.call)(op).await.map_err(|cause| {
            let message = format!("{}: {}", cause.name, cause.message);
            self.error(about, &message, Some(cause))
        })
    }

    async fn done(&self, op: BackendOp, about: &About<'_>) -> Result<(), Error> {
        match self.call(op, about).await? {
            BackendAnswer::Done => Ok(()),
            _ => Err(self.error(
                about,
                "it answered with records where nothing was asked",
                None,
            )),
        }
    }

    async fn records(&self, op: BackendOp, about: &About<'_>) -> Result<Vec<Record>, Error> {
        match self.call(op, about).await? {
            BackendAnswer::Records(records) => Ok(records),
            _ => Err(self.error(about, "it did not answer with an array of records", None)),
        }
    }

    async fn get(&self, key: String) -> Result<Option<Record>, Error> {
        let about = About::new("get", std::slice::from_ref(&key));
        match self
            .call(BackendOp::Get { key: key.clone() }, &about)
            .await?
        {
            BackendAnswer::Record(Some(record)) => {
                self.check(std::slice::from_ref(&record), &about, &|other| other == key)
                    .await?;
                Ok(Some(record))
            }
            BackendAnswer::Record(None) => Ok(None),
            _ => Err(self.error(&about, "it did not answer with one record", None)),
        }
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<Record>, Error> {
        let about = About::new("getMany", &keys);
        let op = BackendOp::GetMany {
            keys: self.copy(&keys).await,
        };
        let records = self.records(op, &about).await?;
        let (pace, mut asked) = (self.pace(), BTreeMap::new());
        for (at, key) in keys.iter().enumerate() {
            asked.insert(key.as_str(), at);
            pace.after(0).await;
        }
        self.check(&records, &about, &|key| asked.contains_key(key))
            .await?;
        Ok(records)
    }

    async fn scan(&self, prefix: &str) -> Result<Vec<Record>, Error> {
        let about = About::new("scan", &[]);
        let op = BackendOp::Scan {
            prefix: prefix.to_owned(),
        };
        let records = self.records(op, &about).await?;
        self.check(&records, &about, &|key| key.starts_with(prefix))
            .await?;
        Ok(records)
    }

    async fn get_all(&self, prefix: &str) -> Result<Vec<Record>, Error> {
        let about = About::new("getAll", &[]);
        let (mut records, pace) = (Vec::new(), self.pace());
        for record in self.records(BackendOp::GetAll, &about).await? {
            // What is wrong with others is theirs.
            if record.key.starts_with(prefix) {
                records.push(record);
            }
            pace.after(0).await;
        }
        self.check(&records, &about, &|_| true).await?;
        Ok(records)
    }

    /// Refuses records that were not asked for, that come twice, or whose times are none.
    async fn check(
        &self,
        records: &[Record],
        about: &About<'_>,
        asked: &dyn Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let (pace, mut seen) = (self.pace(), BTreeMap::new());
        for (at, record) in records.iter().enumerate() {
            pace.after(0).await;
            let key = record.key.as_str();
            let times = [
                Some(record.created_at),
                Some(record.updated_at),
                record.expires_at,
            ];
            let fault = if !asked(key) {
                "it answered with a record of another key than was asked for"
            } else if records.len() > 1 && seen.insert(key, at).is_some() {
                "it answered with two records of a key"
            } else if times.into_iter().flatten().any(|time| !time.is_finite()) {
                "it answered with a record with invalid times"
            } else {
                continue;
            };
            return Err(self.fault(about, fault, key));
        }
        Ok(())
    }

    /// The error tells of the record's key, which may be another script's: not in its message, which the
    /// script may read.
    fn fault(&self, about: &About<'_>, fault: &str, key: &str) -> Error {
        let mut error = self.error(about, fault, None);
        if let ErrorKind::Storage { keys, .. } = &mut *error.kind
            && !keys.iter().any(|other| other == key)
        {
            keys.push(key.to_owned());
        }
        error
    }

    fn error(&self, about: &About<'_>, what: &str, cause: Option<HostError>) -> Error {
        let About {
            operation,
            keys,
            more,
        } = about;
        let about = match (keys, keys.len() + more) {
            ([], _) => String::new(),
            ([key, ..], 1) => format!(" of {key}"),
            ([first, ..], all) => format!(" of {first} and {} more", all - 1),
        };
        let message = format!(
            "{operation}{about} failed in the backend {}: {what}",
            self.name
        );
        let keys = keys.iter().take(MOST_KEYS).cloned().collect();
        Error::storage(&self.name, operation, keys, cause, message)
    }
}
