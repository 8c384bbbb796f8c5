//! How a batch is written of which the backend does not take all: what fails for the sake of one
//! writer's records fails for that writer alone.

use super::entry::Entry;
use super::store::Store;
use super::writer::{Write, roll_back, write as send};
use crate::protocol::{Error, ErrorKind, Record};
use std::collections::HashMap;
use std::rc::Rc;

/// How many parts of a batch the backend may leave without an answer, each for as long as a call may
/// take, before the others are not tried any more.
const PATIENCE: u32 = 2;

/// Why which entries were not stored.
#[derive(Default)]
pub(super) struct Failures(HashMap<*const Entry, Rc<Error>>);

impl Failures {
    /// Why the entry was not stored, if it was not.
    pub(super) fn of(&self, entry: Option<&Entry>) -> Option<Rc<Error>> {
        self.0.get(&std::ptr::from_ref(entry?)).cloned()
    }
}

/// Has the backend take the writes, or else those of each writer by themselves. Memory is then as the
/// backend, and nothing is in flight.
pub(super) async fn write(store: &Rc<Store>, writes: &mut [Write]) -> Failures {
    let mut failures = Failures::default();
    let stamp = store.next_stamp();
    match send(store, writes).await {
        Ok(renewed) => land(store, writes, renewed, stamp),
        Err(error) if writes.iter().all(|write| write.writer == writes[0].writer) => {
            fail(store, writes, error, &mut failures).await;
        }
        Err(_) => {
            writes.sort_by_key(|write| write.writer);
            let mut unanswered = 0;
            let mut last = None;
            for part in writes.chunk_by_mut(|a, b| a.writer == b.writer) {
                if let Some(error) = last.clone().filter(|_| unanswered == PATIENCE) {
                    fail(store, part, error, &mut failures).await;
                    continue;
                }
                let stamp = store.next_stamp();
                match send(store, part).await {
                    Ok(renewed) => land(store, part, renewed, stamp),
                    Err(error) => {
                        unanswered += u32::from(is_unanswered(&error));
                        last = Some(nobodys(&error));
                        fail(store, part, error, &mut failures).await;
                    }
                }
            }
        }
    }
    failures
}

fn land(store: &Rc<Store>, writes: &[Write], renewed: Vec<Record>, stamp: u64) {
    for write in writes {
        write.entry.in_flight.set(false);
        store.note_written(&write.entry);
    }
    store.take_renewed(renewed, stamp);
}

async fn fail(store: &Store, writes: &[Write], error: Error, failures: &mut Failures) {
    let error = Rc::new(error);
    for write in writes {
        write.entry.in_flight.set(false);
        failures.0.insert(Rc::as_ptr(&write.entry), error.clone());
    }
    roll_back(store, writes).await;
}

fn is_unanswered(error: &Error) -> bool {
    let ErrorKind::Storage { cause, .. } = &*error.kind else {
        return false;
    };
    cause
        .as_ref()
        .is_some_and(|cause| cause.name == "TimeoutError")
}

/// The error without the keys of those whom it befell.
fn nobodys(error: &Error) -> Error {
    let mut kind = (*error.kind).clone();
    let message = match &mut kind {
        ErrorKind::Storage { keys, cause, .. } => {
            keys.clear();
            cause
                .as_ref()
                .map(|cause| format!("{}: {}", cause.name, cause.message))
        }
        _ => None,
    };
    Error::new(kind, message.unwrap_or_default())
}
