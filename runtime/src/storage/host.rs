use super::{Backend, Batch, Pending, Reading};
use crate::protocol::{
    BackendAnswer, BackendOp, Error, ErrorKind, HostError, HostMethods, MOST_KEYS, Record,
};
use futures::future::LocalBoxFuture;
use std::collections::BTreeSet;
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
    pub fn new(name: String, methods: HostMethods, call: CallHost) -> Self {
        Self {
            methods,
            host: Host {
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

    fn reading(&self) -> Reading {
        Reading::Through
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
            let mut records = if can_scan {
                host.scan(prefix).await?
            } else {
                host.get_all(&prefix).await?
            };
            records.sort_unstable_by(|a, b| a.key.cmp(&b.key));
            Ok(records)
        })
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        let (host, methods) = (self.host.clone(), self.methods);
        Box::pin(async move {
            let Batch { puts, deletes } = &*batch;
            if methods.set_many && puts.len() > 1 {
                let keys: Vec<String> = puts.iter().map(|record| record.key.clone()).collect();
                let records = puts.clone();
                host.done(
                    BackendOp::SetMany { records },
                    &About::new("setMany", &keys),
                )
                .await?;
            } else {
                for record in puts {
                    let about = About::new("set", std::slice::from_ref(&record.key));
                    let record = record.clone();
                    host.done(BackendOp::Set { record }, &about).await?;
                }
            }
            if methods.delete_many && deletes.len() > 1 {
                let keys = deletes.clone();
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
    name: Rc<str>,
    call: CallHost,
}

/// What a call is about, for its errors.
struct About<'a> {
    operation: &'static str,
    keys: &'a [String],
}

impl<'a> About<'a> {
    fn new(operation: &'static str, keys: &'a [String]) -> Self {
        Self { operation, keys }
    }
}

impl Host {
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
                self.check(std::slice::from_ref(&record), &about, |other| other == key)?;
                Ok(Some(record))
            }
            BackendAnswer::Record(None) => Ok(None),
            _ => Err(self.error(&about, "it did not answer with one record", None)),
        }
    }

    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<Record>, Error> {
        let about = About::new("getMany", &keys);
        let records = self
            .records(BackendOp::GetMany { keys: keys.clone() }, &about)
            .await?;
        let asked: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        self.check(&records, &about, |key| asked.contains(key))?;
        Ok(records)
    }

    async fn scan(&self, prefix: String) -> Result<Vec<Record>, Error> {
        let about = About::new("scan", &[]);
        let records = self
            .records(
                BackendOp::Scan {
                    prefix: prefix.clone(),
                },
                &about,
            )
            .await?;
        self.check(&records, &about, |key| key.starts_with(&prefix))?;
        Ok(records)
    }

    async fn get_all(&self, prefix: &str) -> Result<Vec<Record>, Error> {
        let about = About::new("getAll", &[]);
        let mut records = self.records(BackendOp::GetAll, &about).await?;
        // What is wrong with others is theirs.
        records.retain(|record| record.key.starts_with(prefix));
        self.check(&records, &about, |_| true)?;
        Ok(records)
    }

    /// Refuses records that were not asked for, that come twice, or whose times are none.
    fn check(
        &self,
        records: &[Record],
        about: &About<'_>,
        asked: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for record in records {
            let key = record.key.as_str();
            let times = [
                Some(record.created_at),
                Some(record.updated_at),
                record.expires_at,
            ];
            let fault = if !asked(key) {
                "it answered with a record of another key than was asked for"
            } else if records.len() > 1 && !seen.insert(key) {
                "it answered with two records of a key"
            } else if times.into_iter().flatten().any(|time| !time.is_finite()) {
                "it answered with a record whose times are no times"
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
        let About { operation, keys } = about;
        let about = match keys {
            [] => String::new(),
            [key] => format!(" of {key}"),
            [first, ..] => format!(" of {first} and {} more", keys.len() - 1),
        };
        let message = format!(
            "{operation}{about} failed in the backend {}: {what}",
            self.name
        );
        let kind = ErrorKind::Storage {
            backend: self.name.to_string(),
            operation: (*operation).to_owned(),
            keys: keys.iter().take(MOST_KEYS).cloned().collect(),
            cause,
        };
        Error::new(kind, message)
    }
}
