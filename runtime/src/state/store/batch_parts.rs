//! Writing a batch of which the backend does not take all: what fails for the sake of one
//! writer's records fails for that writer alone.

use super::background::Background;
use super::batch::send;
use super::load::{Audience, Loader};
use super::write::Write;
use crate::pace::Pace;
use crate::protocol::{Error, ErrorKind, Record};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many parts of a batch the backend may leave without an answer, each for as long as a call may
/// take, before the others are not tried any more.
const PATIENCE: u32 = 2;

/// Has the backend take the writes, or else those of each writer by themselves. The cache is then as the
/// backend, and each write knows its failure.
pub(super) async fn write(background: &Background, writes: &mut [Write], pace: &Pace) {
    let all: Vec<usize> = (0..writes.len()).collect();
    let Some(error) = try_some(background, writes, &all, pace).await else {
        return;
    };
    if writes.iter().all(|write| write.writer == writes[0].writer) {
        return fail(&background.loader, writes, &all, error, pace).await;
    }
    let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, write) in writes.iter().enumerate() {
        parts.entry(write.writer).or_default().push(at);
        pace.after(0).await;
    }
    let mut unanswered = 0;
    let mut last = None;
    for part in parts.into_values() {
        let error = match &last {
            Some(error) if unanswered == PATIENCE => Some(Error::clone(error)),
            _ => {
                let error = try_some(background, writes, &part, pace).await;
                unanswered += u32::from(error.as_ref().is_some_and(is_unanswered));
                last = error.as_ref().map(nobodys).or(last);
                error
            }
        };
        if let Some(error) = error {
            fail(&background.loader, writes, &part, error, pace).await;
        }
    }
}

/// Has the backend take the writes at these places; returns why it has not.
async fn try_some(
    background: &Background,
    writes: &mut [Write],
    some: &[usize],
    pace: &Pace,
) -> Option<Error> {
    match send(&background.loader, writes, some, pace).await {
        Ok(renewed) => land(background, writes, some, renewed, pace).await,
        Err(error) => return Some(error),
    }
    None
}

async fn land(
    background: &Background,
    writes: &[Write],
    some: &[usize],
    renewed: Vec<Record>,
    pace: &Pace,
) {
    // Both before others, who may read what is newer, have a turn.
    let Background { loader, expiry, .. } = background;
    let caches = loader.caches();
    let (written, read) = (caches.next_stamp(), caches.next_stamp());
    for &at in some {
        let entry = &writes[at].entry;
        entry.end_write();
        caches.note_written(entry, written);
        pace.after(0).await;
    }
    if !renewed.is_empty() {
        for record in renewed {
            loader.take_in_one(&record, read, Audience::Watchers);
            loader.note_ahead(&record.key);
            pace.after(record.value.len()).await;
        }
        expiry.sweep_if_needed();
    }
}

/// Takes out of memory what did not become durable, and reads it again.
async fn fail(loader: &Loader, writes: &mut [Write], some: &[usize], error: Error, pace: &Pace) {
    let (error, mut lost) = (Rc::new(error), Vec::new());
    for &at in some {
        let write = &mut writes[at];
        write.entry.end_write();
        write.failure = Some(error.clone());
        if write.is_last() {
            lost.push(write.entry.clone());
        }
        pace.after(0).await;
    }
    loader.load_again(lost, pace).await;
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
