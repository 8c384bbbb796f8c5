//! The backend in the page's localStorage.

use super::{Backend, Batch, CacheMode, Changes, Expired, Heard, Membership, Pending, sorted};
use crate::json;
use crate::line::Line;
use crate::pace::Pace;
use crate::platform::Platform;
use crate::protocol::{
    Error, ExpiredItem, HostError, LocalStorageItem, LocalStorageOp, MOST_KEYS, Record, Value,
};
use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;
use std::cell::Cell;
use std::rc::Rc;

/// The backend's name in errors.
const NAME: &str = "localstorage";
/// The default prefix of the items' names.
const PREFIX: &str = "pubwiki-lua:";

/// How an operation on the items with a prefix reaches the page.
pub type CallLocalStorage = Rc<
    dyn Fn(
        String,
        LocalStorageOp,
    ) -> LocalBoxFuture<'static, Result<Vec<LocalStorageItem>, HostError>>,
>;

/// The preparation before the first operation.
pub type Prepare = Rc<dyn Fn() -> Pending<()>>;

/// Records in the page's localStorage: an item for each, the prefix and the key its name.
pub struct LocalStorageBackend {
    platform: Rc<dyn Platform>,
    prefix: String,
    call: CallLocalStorage,
    prepare: Option<Prepare>,
    closed: Cell<bool>,
    /// The others are asked whether they have taken in what was written; the page tells them of it.
    membership: Membership,
    /// What is asked for is called in that order, however long it takes to make.
    making: Rc<Line>,
}

impl LocalStorageBackend {
    /// A backend on the items with this prefix, ours when there is none; `prepare` is part of
    /// its `init`.
    pub fn new(
        platform: Rc<dyn Platform>,
        prefix: Option<String>,
        call: CallLocalStorage,
        prepare: Option<Prepare>,
    ) -> Self {
        Self {
            platform,
            making: Rc::default(),
            prefix: prefix.unwrap_or_else(|| PREFIX.into()),
            call,
            prepare,
            closed: Cell::new(false),
            membership: Membership::default(),
        }
    }

    /// What its items' names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Tells who listens what others have changed.
    pub fn changed(&self, changes: Changes) {
        self.membership.listeners().tell(changes);
    }

    fn run(
        &self,
        operation: &'static str,
        keys: Vec<String>,
        op: LocalBoxFuture<'static, LocalStorageOp>,
    ) -> Pending<Vec<Record>> {
        if self.closed.get() {
            let cause = host_error(
                "InvalidStateError",
                "the backend is closed; call init to open it again",
            );
            return Box::pin(std::future::ready(Err(failure(operation, keys, cause))));
        }
        let (place, pace) = (self.making.enter(), Pace::new(self.platform.clone()));
        let (call, prefix) = (self.call.clone(), self.prefix.clone());
        Box::pin(async move {
            let inside = place.await;
            let answer = call(prefix, op.await);
            drop(inside);
            let items = match answer.await {
                Ok(items) => items,
                Err(cause) => return Err(failure(operation, keys, cause)),
            };
            let mut records = Vec::with_capacity(items.len());
            for item in items {
                let bytes = item.text.len();
                records.push(decode(item)?);
                pace.after(bytes).await;
            }
            Ok(records)
        })
    }

    fn done(
        &self,
        operation: &'static str,
        keys: Vec<String>,
        op: LocalBoxFuture<'static, LocalStorageOp>,
    ) -> Pending<()> {
        let work = self.run(operation, keys, op);
        Box::pin(async move { work.await.map(drop) })
    }

    /// Does `work`, which may have made these changes when it has ended.
    fn noting<T: 'static>(&self, changes: Changes, work: Pending<T>) -> Pending<T> {
        let peers = self.membership.peers();
        Box::pin(async move {
            let outcome = work.await;
            if let Some(peers) = peers {
                peers.note(changes);
            }
            outcome
        })
    }
}

impl Backend for LocalStorageBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn cache_mode(&self) -> CacheMode {
        CacheMode::Preloaded
    }

    fn init(&self) -> Pending<()> {
        self.closed.set(false);
        let place = format!("localstorage/{}", self.prefix);
        self.membership.join(self.platform.clone(), &place);
        // Fails where there is no localStorage, or the page may not use it.
        let nothing = LocalStorageOp::Read { names: Vec::new() };
        let usable = self.done("init", Vec::new(), ready(nothing));
        let prepare = self.prepare.clone();
        Box::pin(async move {
            usable.await?;
            match prepare {
                Some(prepare) => prepare().await,
                None => Ok(()),
            }
        })
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        let named = keys.iter().take(MOST_KEYS).cloned().collect();
        self.run("get", named, ready(LocalStorageOp::Read { names: keys }))
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        let all = self.run("getAll", Vec::new(), ready(LocalStorageOp::ReadAll));
        let pace = Pace::new(self.platform.clone());
        Box::pin(async move { Ok(sorted(all.await?, &prefix, &pace).await) })
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        // Naming the keys is left to State, which knows whose they are; a single one is cheap.
        let (keys, pace) = (batch.only_key(), Pace::new(self.platform.clone()));
        let changes = Changes::of(batch.keys());
        let op = async move {
            let mut items = Vec::with_capacity(batch.puts.len());
            for record in &batch.puts {
                items.push(encode(record));
                pace.after(record.value.len()).await;
            }
            let mut removed = Vec::with_capacity(batch.deletes.len());
            for key in &batch.deletes {
                removed.push(key.clone());
                pace.after(0).await;
            }
            LocalStorageOp::Write { items, removed }
        };
        self.noting(changes, self.done("write", keys, Box::pin(op)))
    }

    fn remove_expired(&self, expired: Vec<Expired>) -> Pending<Vec<Record>> {
        let item = |Expired { key, expires_at }| ExpiredItem {
            name: key,
            expires_at,
        };
        let pace = Pace::new(self.platform.clone());
        let changes = Changes::of(expired.iter().map(|of| &of.key));
        let op = async move {
            let mut items = Vec::with_capacity(expired.len());
            for expired in expired {
                items.push(item(expired));
                pace.after(0).await;
            }
            LocalStorageOp::RemoveExpired { expired: items }
        };
        self.noting(changes, self.run("write", Vec::new(), Box::pin(op)))
    }

    fn clear(&self) -> Pending<()> {
        let cleared = self.done("clear", Vec::new(), ready(LocalStorageOp::Clear));
        self.noting(Changes::All, cleared)
    }

    fn close(&self) -> Pending<()> {
        self.closed.set(true);
        self.membership.leave();
        Box::pin(std::future::ready(Ok(())))
    }

    fn changes(&self) -> Option<LocalBoxStream<'static, Heard>> {
        self.membership.changes()
    }

    fn propagated(&self) -> LocalBoxFuture<'static, ()> {
        self.membership.propagated()
    }
}

fn ready(op: LocalStorageOp) -> LocalBoxFuture<'static, LocalStorageOp> {
    Box::pin(std::future::ready(op))
}

/// The item of a record: JSON, with the value's own text last.
pub(super) fn encode(record: &Record) -> LocalStorageItem {
    let Record {
        key,
        value,
        created_at,
        updated_at,
        expires_at,
        ..
    } = record;
    let expires = expires_at.map_or_else(String::new, |at| format!("\"expiresAt\":{at},"));
    let text = format!(
        "{{\"createdAt\":{created_at},\"updatedAt\":{updated_at},{expires}\"value\":{value}}}"
    );
    LocalStorageItem {
        name: key.clone(),
        text,
    }
}

fn decode(item: LocalStorageItem) -> Result<Record, Error> {
    let LocalStorageItem { name: key, text } = item;
    parse(&key, &text).ok_or_else(|| {
        let cause = host_error(
            "DataError",
            "an item is there that pubwiki-lua has not written",
        );
        failure("get", vec![key], cause)
    })
}

fn parse(key: &str, text: &str) -> Option<Record> {
    let (created_at, rest) = number(text.strip_prefix("{\"createdAt\":")?)?;
    let (updated_at, mut rest) = number(rest.strip_prefix("\"updatedAt\":")?)?;
    let mut expires_at = None;
    if let Some(expires) = rest.strip_prefix("\"expiresAt\":") {
        let (at, after) = number(expires)?;
        (expires_at, rest) = (Some(at), after);
    }
    let value = rest.strip_prefix("\"value\":")?.strip_suffix('}')?;
    Some(Record {
        key: key.to_owned(),
        value: value.to_owned(),
        created_at,
        updated_at,
        expires_at,
        version: None,
    })
}

/// A number before a comma, and what follows that.
fn number(text: &str) -> Option<(f64, &str)> {
    let (number, rest) = text.split_once(',')?;
    let number = match json::parse(number).ok()? {
        #[expect(clippy::cast_precision_loss, reason = "a time in whole milliseconds")]
        Value::Int(number) => number as f64,
        Value::Float(number) => number,
        _ => return None,
    };
    Some((number, rest))
}

fn host_error(name: &str, message: &str) -> HostError {
    HostError {
        name: name.into(),
        message: message.into(),
    }
}

pub(super) fn failure(operation: &str, keys: Vec<String>, cause: HostError) -> Error {
    let about = keys
        .first()
        .map_or_else(String::new, |key| format!(" of {key}"));
    let advice = match cause.name.as_str() {
        "QuotaExceededError" => {
            ": the browser's storage for this site is full; remove what is no longer needed, or use IndexedDB"
        }
        _ => "",
    };
    let message = format!("{operation}{about} failed in localStorage: {cause}{advice}");
    Error::storage(NAME, operation, keys, Some(cause), message)
}
