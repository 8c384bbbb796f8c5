//! Taking in records as they are: all of them, or none.

use super::batch::release;
use super::load::Tell;
use super::store::Store;
use super::write_receipt::Failure;
use crate::json;
use crate::pace::Pace;
use crate::protocol::{Error, ErrorKind, Record};
use crate::state::access::check_length;
use crate::state::cache::MOST_BYTES;
use crate::state::cache::RecordKey;
use crate::state::namespaces::ScriptId;
use crate::storage::{Batch, Pending, Reading};
use futures::channel::oneshot;
use std::cell::Cell;
use std::rc::Rc;

/// An import on its way. Nobody sees anything of it before the backend has all.
pub(crate) struct Import {
    batch: Batch,
    stored: Rc<Cell<u32>>,
    done: oneshot::Sender<Result<(), Error>>,
}

impl Store {
    /// Stores these records as they are; of those with one key the last. Completes when all are durable. Their
    /// values are JSON text. `stored` says meanwhile how many of them the backend has, as far as it tells.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], naming the record, before anything is stored;
    /// [`ErrorKind::Storage`] when the backend fails, and built-in ones then store none.
    pub fn import(self: &Rc<Self>, records: Vec<Record>, stored: Rc<Cell<u32>>) -> Pending<()> {
        let store = self.clone();
        Box::pin(async move {
            let pace = Pace::new(store.platform.clone());
            for (at, record) in records.iter().enumerate() {
                check(at, record)?;
                pace.after(record.value.len()).await;
            }
            if records.is_empty() {
                return Ok(());
            }
            let (done, ended) = oneshot::channel();
            let batch = Batch::puts(records);
            let import = Import {
                batch,
                stored,
                done,
            };
            store.writer.import(&store, import);
            let given_up = || Error::new(ErrorKind::Cancelled, "the session has ended");
            ended.await.unwrap_or_else(|_| Err(given_up()))
        })
    }
}

impl Import {
    /// Has the backend store it, and memory take it in.
    pub(crate) async fn write(self, store: &Rc<Store>, pace: &Pace) {
        let Self {
            batch,
            stored,
            done,
        } = self;
        let batch = Rc::new(batch);
        let outcome = store.backend.write_noting(batch.clone(), &stored).await;
        let outcome = match outcome {
            Ok(()) => {
                take_in(store, &batch, pace).await;
                Ok(())
            }
            Err(error) => Err(failed(store, &batch, &error, pace).await),
        };
        // Nobody may wait any more.
        let _ = done.send(outcome);
        release(&store.platform, batch);
    }
}

async fn take_in(store: &Rc<Store>, batch: &Batch, pace: &Pace) {
    let stamp = store.next_stamp();
    for record in &batch.puts {
        store.take_in_one(record, stamp, Tell::Watchers);
        pace.after(record.value.len()).await;
    }
    store.sweep_if_needed();
}

async fn failed(store: &Rc<Store>, batch: &Batch, error: &Error, pace: &Pace) -> Error {
    let mut failure = Failure::new(store.backend.name(), "write", error);
    let mut doubtful = Vec::new();
    for record in &batch.puts {
        failure.name(&record.key);
        // A backend of the page's may have stored some.
        if store.reading == Reading::Through
            && let Some(entry) = store.memory.find(&record.key)
            && !entry.is_pending()
        {
            doubtful.push(entry);
        }
        pace.after(0).await;
    }
    store.read_again(doubtful, pace).await;
    failure.error()
}

/// What State itself would not store under.
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
    if record.value.len() > MOST_BYTES {
        let message = format!("it takes more than {MOST_BYTES} bytes as JSON");
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
        return bad("createdAt", "its times are no times");
    }
    Ok(())
}
