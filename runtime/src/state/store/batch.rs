//! A batch, and its way to the backend.

use super::load::{Loader, MOST_AT_ONCE};
use super::write::Write;
use super::write_receipt::BatchMember;
use crate::pace::{Pace, dispose};
use crate::platform::Platform;
use crate::protocol::{Error, Record};
use crate::state::cache::Stored;
use crate::storage::{Batch, Expired, RecordsByKey};
use std::rc::Rc;

/// Collected writes, and who waits for them.
pub(super) struct Collected {
    pub(super) writes: Vec<Write>,
    pub(super) members: Vec<BatchMember>,
}

impl Collected {
    /// Notifies those who wait that it has ended. What fails all of it, in `operation`, is `failure`.
    pub(super) async fn end(
        self,
        loader: &Loader,
        pace: &Pace,
        operation: &str,
        failure: Option<&Error>,
    ) {
        let Self { writes, members } = self;
        for member in members {
            let backend = loader.backend();
            member.end(pace, &writes, backend, operation, failure).await;
        }
        dispose(loader.platform(), writes.into_iter());
    }
}

/// Has the backend do some of the writes. Returns what others have renewed of what was to be removed as expired.
pub(super) async fn send(
    loader: &Loader,
    writes: &mut [Write],
    some: &[usize],
    pace: &Pace,
) -> Result<Vec<Record>, Error> {
    learn_created_at(loader, writes, some, pace).await?;
    let (mut batch, mut expired) = (Batch::default(), Vec::new());
    for &at in some {
        let write = &writes[at];
        let key = &write.entry.key;
        match (&write.stored, write.expired) {
            (Some(stored), _) => {
                batch.puts.push(stored.record(key)?);
                pace.after(stored.length).await;
                continue;
            }
            (None, Some(expires_at)) => expired.push(Expired {
                key: key.as_str().to_owned(),
                expires_at,
            }),
            (None, None) => batch.deletes.push(key.as_str().to_owned()),
        }
        pace.after(0).await;
    }
    // Before what is reported as failed when this fails.
    let renewed = match expired.as_slice() {
        [] => Vec::new(),
        _ => loader.backend().remove_expired(expired).await?,
    };
    if batch != Batch::default() {
        let batch = Rc::new(batch);
        let written = loader.backend().write(batch.clone()).await;
        release(loader.platform(), batch);
        written?;
    }
    Ok(renewed)
}

/// Drops a batch that the backend has done with.
pub(super) fn release(platform: &Rc<dyn Platform>, batch: Rc<Batch>) {
    if let Ok(Batch { puts, deletes }) = Rc::try_unwrap(batch) {
        dispose(platform, puts.into_iter());
        dispose(platform, deletes.into_iter());
    }
}

/// A key that was written without being read keeps its time of creation.
async fn learn_created_at(
    loader: &Loader,
    writes: &mut [Write],
    some: &[usize],
    pace: &Pace,
) -> Result<(), Error> {
    let is_unknown = |stored: &Stored| stored.created_at.is_none();
    let mut keys = Vec::new();
    for &at in some {
        if writes[at].stored.as_ref().is_some_and(is_unknown) {
            keys.push(writes[at].entry.key.clone());
        }
        pace.after(0).await;
    }
    if keys.is_empty() {
        return Ok(());
    }
    let now = loader.platform().now_ms();
    let mut known = RecordsByKey::new();
    for keys in keys.chunks(MOST_AT_ONCE) {
        let live = loader
            .ask(keys)
            .await?
            .into_iter()
            .filter(|record| record.expires_at.is_none_or(|at| at > now));
        known.extend(live.map(|record| (record.key.as_str().into(), Rc::new(record))));
    }
    for &at in some {
        let Write { entry, stored, .. } = &mut writes[at];
        if let Some(stored) = stored.as_mut().filter(|stored| is_unknown(stored)) {
            let at = known.get(entry.key.as_str());
            let at = at.map_or(stored.updated_at, |record| record.created_at);
            stored.created_at = Some(at);
            stored.updated_at = stored.updated_at.max(at);
            entry.learn_created_at(at);
        }
        pace.after(0).await;
    }
    dispose(loader.platform(), known.into_iter());
    Ok(())
}
