//! What a page's backend does that knows versions, pages and transactions.

use super::host::first_keys;
use super::host_call::{About, Host};
use super::{Batch, Expired, Swap, sorted};
use crate::notify::Notify;
use crate::protocol::{BackendAnswer, BackendOp, Error, ErrorKind, OUTCOME_UNKNOWN, Record};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many expired records are removed at once: each waits for the way there and back.
const AT_ONCE: usize = 64;

/// Stores `next`, or removes the record, if there is this version of it, or none.
pub(super) async fn swap(
    host: &Host,
    key: String,
    version: Option<Rc<str>>,
    next: Option<Record>,
) -> Result<Swap, Error> {
    let about = About::new("compareAndSet", std::slice::from_ref(&key));
    let op = BackendOp::CompareAndSet {
        key: key.clone(),
        version: version.as_deref().map(str::to_owned),
        next,
    };
    let current = match host.call(op, &about).await.map_err(unknown)? {
        BackendAnswer::Swapped { version } => return Ok(Swap::Done(version.into())),
        BackendAnswer::Record(None) => None,
        BackendAnswer::Versioned {
            records, versions, ..
        } => host.at_most_one(records, versions, &about).await?,
        _ => {
            let neither = "it said neither that it is stored nor what is there";
            return Err(host.error(&about, neither, None));
        }
    };
    // Whoever tried again would do so for ever.
    if current.as_ref().and_then(|it| it.version.as_ref()) == version.as_ref() {
        let same = "it refused the version that it has";
        return Err(host.error(&about, same, None));
    }
    Ok(Swap::Conflict(current))
}

/// A call without an answer may have been done.
fn unknown(mut error: Error) -> Error {
    if let ErrorKind::Storage {
        cause: Some(cause), ..
    } = &mut *error.kind
        && cause.name == "TimeoutError"
    {
        cause.name = OUTCOME_UNKNOWN.into();
    }
    error
}

/// Removes those that are as they were when they had expired; gives what there is of the others.
pub(super) async fn remove_expired(
    host: &Host,
    found: Vec<Record>,
    expired: Vec<Expired>,
) -> Result<Vec<Record>, Error> {
    let mut times = BTreeMap::new();
    for Expired { key, expires_at } in expired {
        times.insert(key, expires_at);
    }
    let renewed = Rc::new(RefCell::new(Vec::new()));
    let (failure, open) = (Rc::new(RefCell::new(None)), Rc::new(Cell::new(0)));
    let ended = Rc::new(Notify::default());
    for record in found {
        if record.expires_at != times.get(&record.key).copied() {
            renewed.borrow_mut().push(record);
            continue;
        }
        ended.wait_until(|| open.get() < AT_ONCE).await;
        open.set(open.get() + 1);
        let (host, renewed, failure) = (host.clone(), renewed.clone(), failure.clone());
        let (open, ended) = (open.clone(), ended.clone());
        host.platform.clone().spawn(Box::pin(async move {
            match swap(&host, record.key, record.version, None).await {
                Ok(Swap::Done(_)) => {}
                Ok(Swap::Conflict(current)) => renewed.borrow_mut().extend(current),
                Err(error) => drop(failure.borrow_mut().get_or_insert(error).clone()),
            }
            open.set(open.get() - 1);
            ended.wake();
        }));
    }
    ended.wait_until(|| open.get() == 0).await;
    match failure.take() {
        Some(error) => Err(error),
        None => Ok(renewed.take()),
    }
}

impl Host {
    /// The records below `prefix`, in order of their keys: page by page, of each key the last.
    pub(super) async fn scan_pages(&self, prefix: &str) -> Result<Vec<Record>, Error> {
        let about = About::new("scanPage", &[]);
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let (records, next) = self.page(prefix, cursor.clone(), &about).await?;
            self.check(&records, &about, &|key| key.starts_with(prefix))
                .await?;
            all.extend(records);
            if next.is_some() && next == cursor {
                let again = "it said that the next page begins where this one did";
                return Err(self.error(&about, again, None));
            }
            cursor = next;
            if cursor.is_none() {
                return Ok(sorted(all, prefix, &self.pace()).await);
            }
        }
    }

    /// Stores and removes all of the batch, or nothing.
    pub(super) async fn transact(&self, batch: &Batch) -> Result<(), Error> {
        let records = self.last_of_each(&batch.puts).await;
        let mut named = first_keys(&records);
        named.extend(batch.deletes.iter().take(1).cloned());
        let about = About {
            more: (records.len() + batch.deletes.len()).saturating_sub(named.len()),
            ..About::new("transact", &named)
        };
        let removed = self.copy(&batch.deletes).await;
        self.done(BackendOp::Transact { records, removed }, &about)
            .await
    }
}
