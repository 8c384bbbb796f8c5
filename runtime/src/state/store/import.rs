//! An import: records are taken in as they are, all of them or none.

use super::batch::release;
use super::load::{Audience, Loader};
use super::write_failure::FailureText;
use crate::json;
use crate::pace::Pace;
use crate::protocol::limits::RECORD_BYTES;
use crate::protocol::{Error, ErrorKind, MOST_KEYS, Record};
use crate::script_id::ScriptId;
use crate::state::cache::RecordKey;
use crate::state::namespaces::check_length;
use crate::storage::Batch;
use futures::channel::oneshot;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// An import in progress. Nobody sees anything of it before the backend has all.
pub(super) struct Import {
    batch: Batch,
    stored: Rc<Cell<u32>>,
    done: oneshot::Sender<Result<(), Error>>,
}

/// Checks the records of an import.
///
/// # Errors
/// [`ErrorKind::Value`], naming the record.
pub(super) async fn check_all(records: &[Record], pace: &Pace) -> Result<(), Error> {
    for (at, record) in records.iter().enumerate() {
        check(at, record)?;
        pace.after(record.value.len()).await;
    }
    Ok(())
}

impl Import {
    /// An import of `records`, and its outcome. `stored` says meanwhile how many of them the backend has.
    pub(super) fn new(
        records: Vec<Record>,
        stored: Rc<Cell<u32>>,
    ) -> (Self, oneshot::Receiver<Result<(), Error>>) {
        let (done, ended) = oneshot::channel();
        let batch = Batch::puts(records);
        let import = Self {
            batch,
            stored,
            done,
        };
        (import, ended)
    }

    /// Has the backend store it, and the cache take it in; false when that fails.
    pub(super) async fn write(self, loader: &Loader, pace: &Pace) -> bool {
        let Self {
            batch,
            stored,
            done,
        } = self;
        let batch = Rc::new(batch);
        let outcome = loader.backend().write_noting(batch.clone(), &stored).await;
        let outcome = match outcome {
            Ok(()) => {
                take_in(loader, &batch, pace).await;
                Ok(())
            }
            Err(error) => Err(failed(loader, &batch, &error, pace).await),
        };
        let is_taken_in = outcome.is_ok();
        // Nobody may wait any more.
        let _ = done.send(outcome);
        release(loader.platform(), batch);
        is_taken_in
    }
}

async fn take_in(loader: &Loader, batch: &Batch, pace: &Pace) {
    let stamp = loader.caches().next_stamp();
    for record in &batch.puts {
        loader.take_in_one(record, stamp, Audience::Watchers);
        loader.note_ahead(&record.key);
        pace.after(record.value.len()).await;
    }
}

async fn failed(loader: &Loader, batch: &Batch, error: &Error, pace: &Pace) -> Error {
    let (mut keys, mut doubtful) = (BTreeMap::new(), Vec::new());
    for (at, record) in batch.puts.iter().enumerate() {
        keys.insert(record.key.as_str(), at);
        // A page-provided backend may have stored some.
        if loader.caches().reads_through()
            && let Some(entry) = loader.caches().durable().find(&record.key)
            && !entry.is_pending()
        {
            doubtful.push(entry);
        }
        pace.after(0).await;
    }
    let first = keys.keys().take(MOST_KEYS);
    let first = first.map(|key| (*key).to_owned()).collect();
    let error = FailureText::new(loader.backend(), "write", error).error(first, keys.len(), false);
    loader.load_again(doubtful, pace).await;
    error
}

/// Checks that State itself would store under `key`.
fn check_key(key: &str) -> Result<(), Error> {
    let (scope, name) = key.split_once(':').unwrap_or_default();
    if scope != "*" {
        ScriptId::parse(scope)?;
    }
    check_length("key", name)
}

fn check(at: usize, record: &Record) -> Result<(), Error> {
    let bad = |field: &str, why: &str| {
        let path = format!("records[{at}].{field}");
        let message = format!("{path} ({}): {why}", record.key);
        Err(Error::new(ErrorKind::Value { path }, message))
    };
    if RecordKey::new(record.key.as_str()).script_key().is_none() {
        return bad("key", "it is not of the form scriptId:namespace:rest");
    }
    if let Err(error) = check_key(&record.key) {
        return bad("key", &error.message);
    }
    if record.value.len() > RECORD_BYTES {
        let message = format!("it takes more than {RECORD_BYTES} bytes as JSON");
        return bad("value", &message);
    }
    if let Err(error) = json::parse_stored(&record.value) {
        return bad("value", &error.message);
    }
    let times = [
        Some(record.created_at),
        Some(record.updated_at),
        record.expires_at,
    ];
    if times.into_iter().flatten().any(|time| !time.is_finite()) {
        return bad("createdAt", "its times must be finite numbers");
    }
    Ok(())
}
