//! What a page's backend does that knows versions, pages and transactions.

use super::host::first_keys;
use super::host_call::{About, Host, Wants};
use super::{Batch, Expired, Swap};
use crate::protocol::{BackendAnswer, BackendOp, Error, ErrorKind, OUTCOME_UNKNOWN, Record};
use futures::StreamExt as _;
use futures::channel::mpsc::unbounded;
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
    let answer = match host.call(op, &about).await.map_err(unknown)? {
        BackendAnswer::Swapped { version } => return Ok(Swap::Done(version.into())),
        answer => answer,
    };
    let Some((mut records, _)) = host.found(answer, Wants::One).await else {
        let neither = "it said neither that it is stored nor what is there";
        return Err(host.error(&about, neither, None));
    };
    host.check(&records, &about, &|other| other == key).await?;
    let current = records.pop();
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
    for (at, expired) in expired.iter().enumerate() {
        times.insert(expired.key.as_str(), at);
    }
    let mut renewed = Vec::new();
    let mut found = found.into_iter().peekable();
    while found.peek().is_some() {
        let (sender, mut outcomes) = unbounded();
        for record in found.by_ref().take(AT_ONCE) {
            let at = times.get(record.key.as_str()).copied();
            if at.is_none_or(|at| record.expires_at != Some(expired[at].expires_at)) {
                renewed.push(record);
                continue;
            }
            let (host, sender) = (host.clone(), sender.clone());
            host.platform.clone().spawn(Box::pin(async move {
                let outcome = swap(&host, record.key, record.version, None).await;
                // Nobody may wait for it any more.
                let _ = sender.unbounded_send(outcome);
            }));
        }
        drop(sender);
        while let Some(outcome) = outcomes.next().await {
            if let Swap::Conflict(current) = outcome? {
                renewed.extend(current);
            }
        }
    }
    Ok(renewed)
}

impl Host {
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
