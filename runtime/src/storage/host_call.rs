//! Calls to the backend that a page provides, and checks of its answers.

use super::sorted;
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

/// How many records a page is to have.
const PAGE: u32 = 1000;

/// Records, and where the next page of them begins.
pub(super) type Found = (Vec<Record>, Option<String>);

/// How many records a call is to answer with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// One, or none.
    One,
    /// Any number.
    Many,
}

/// The way to the host.
#[derive(Clone)]
pub(super) struct Host {
    pub(super) platform: Rc<dyn Platform>,
    pub(super) name: Rc<str>,
    pub(super) call: CallHost,
    /// Whether its records have versions.
    pub(super) has_versions: bool,
}

/// The subject of a call, for its errors.
pub(super) struct About<'a> {
    pub(super) operation: &'static str,
    pub(super) keys: &'a [String],
    /// How many keys there are besides those.
    pub(super) more: usize,
}

impl<'a> About<'a> {
    pub(super) fn new(operation: &'static str, keys: &'a [String]) -> Self {
        Self {
            operation,
            keys,
            more: 0,
        }
    }
}

impl Host {
    pub(super) fn pace(&self) -> Pace {
        Pace::new(self.platform.clone())
    }

    /// The records to be stored, of each key the last.
    pub(super) async fn last_of_each(&self, records: &[Record]) -> Vec<Record> {
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

    pub(super) async fn copy<T: Clone>(&self, items: &[T]) -> Vec<T> {
        let (pace, mut copy) = (self.pace(), Vec::with_capacity(items.len()));
        for item in items {
            copy.push(item.clone());
            pace.after(0).await;
        }
        copy
    }

    pub(super) async fn call(
        &self,
        op: BackendOp,
        about: &About<'_>,
    ) -> Result<BackendAnswer, Error> {
        (self.call)(op).await.map_err(|cause| {
            let message = format!("{}: {}", cause.name, cause.message);
            self.error(about, &message, Some(cause))
        })
    }

    pub(super) async fn done(&self, op: BackendOp, about: &About<'_>) -> Result<(), Error> {
        match self.call(op, about).await? {
            BackendAnswer::Done => Ok(()),
            _ => Err(self.error(
                about,
                "it answered with records where nothing was asked",
                None,
            )),
        }
    }

    /// The records that a call answers with, unchecked, and where the next page begins.
    pub(super) fn read<'a>(
        &'a self,
        op: BackendOp,
        wants: Wants,
        about: &'a About<'_>,
    ) -> LocalBoxFuture<'a, Result<Found, Error>> {
        Box::pin(async move {
            let answer = self.call(op, about).await?;
            let found = self.found(answer, wants).await;
            found.ok_or_else(|| {
                let what = match wants {
                    Wants::One => "it did not answer with one record",
                    Wants::Many => "it did not answer with an array of records",
                };
                self.error(about, what, None)
            })
        })
    }

    /// The records of an answer; none where it has none of these.
    pub(super) async fn found(&self, answer: BackendAnswer, wants: Wants) -> Option<Found> {
        match (answer, wants) {
            (BackendAnswer::Record(record), Wants::One) => {
                Some((record.into_iter().collect(), None))
            }
            (BackendAnswer::Records(records), Wants::Many) => Some((records, None)),
            (
                BackendAnswer::Versioned {
                    mut records,
                    versions,
                    cursor,
                },
                _,
            ) => {
                let pace = self.pace();
                for (record, version) in records.iter_mut().zip(versions) {
                    record.version = (!version.is_empty()).then(|| version.into());
                    pace.after(0).await;
                }
                Some((records, cursor))
            }
            _ => None,
        }
    }

    pub(super) async fn get(&self, key: String) -> Result<Option<Record>, Error> {
        let about = About::new("get", std::slice::from_ref(&key));
        let op = BackendOp::Get { key: key.clone() };
        let (mut records, _) = self.read(op, Wants::One, &about).await?;
        self.check(&records, &about, &|other| other == key).await?;
        Ok(records.pop())
    }

    pub(super) async fn get_many(&self, keys: Vec<String>) -> Result<Vec<Record>, Error> {
        let about = About::new("getMany", &keys);
        let op = BackendOp::GetMany {
            keys: self.copy(&keys).await,
        };
        let (records, _) = self.read(op, Wants::Many, &about).await?;
        let (pace, mut asked) = (self.pace(), BTreeMap::new());
        for (at, key) in keys.iter().enumerate() {
            asked.insert(key.as_str(), at);
            pace.after(0).await;
        }
        self.check(&records, &about, &|key| asked.contains_key(key))
            .await?;
        Ok(records)
    }

    /// The records below `prefix`, in order of their keys, of each key the last: page by page, where there are pages.
    pub(super) async fn scan(
        &self,
        prefix: &str,
        methods: HostMethods,
    ) -> Result<Vec<Record>, Error> {
        let about = match methods {
            _ if methods.scan_page => About::new("scanPage", &[]),
            _ if methods.scan => About::new("scan", &[]),
            _ => About::new("getAll", &[]),
        };
        let (mut all, mut cursor, pace) = (Vec::new(), None, self.pace());
        loop {
            let within = prefix.to_owned();
            let op = match methods {
                _ if methods.scan_page => BackendOp::ScanPage {
                    prefix: within,
                    cursor: cursor.clone(),
                    limit: PAGE,
                },
                _ if methods.scan => BackendOp::Scan { prefix: within },
                _ => BackendOp::GetAll,
            };
            let (found, next) = self.read(op, Wants::Many, &about).await?;
            let first = all.len();
            for record in found {
                // What is wrong with others is theirs, where all were asked for.
                if methods.scan || methods.scan_page || record.key.starts_with(prefix) {
                    all.push(record);
                }
                pace.after(0).await;
            }
            self.check(&all[first..], &about, &|key| key.starts_with(prefix))
                .await?;
            if next.is_some() && next == cursor {
                let again = "it said that the next page begins where this one did";
                return Err(self.error(&about, again, None));
            }
            cursor = next;
            if cursor.is_none() || !methods.scan_page {
                return Ok(sorted(all, prefix, &pace).await);
            }
        }
    }

    /// Refuses records that were not asked for, that come twice, or whose times are none.
    pub(super) async fn check(
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
            } else if self.has_versions && record.version.is_none() {
                "it answered with a record that has no version"
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

    pub(super) fn error(&self, about: &About<'_>, what: &str, cause: Option<HostError>) -> Error {
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
