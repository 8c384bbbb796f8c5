//! A batch, and its way to the backend.

use super::load::MOST_AT_ONCE;
use super::store::Store;
use super::write_receipt::Member;
use crate::pace::{Pace, dispose};
use crate::platform::Platform;
use crate::protocol::{Error, Record};
use crate::state::cache::{Entry, Stored};
use crate::storage::{Batch, Expired, RecordsByKey};
use std::rc::Rc;

/// One key's part of a batch.
pub(crate) struct Write {
    pub(crate) entry: Rc<Entry>,
    stamp: u64,
    stored: Option<Stored>,
    expired: Option<f64>,
    /// The account that made it last; 0 for nobody's.
    pub(crate) writer: u32,
    /// Why it was not stored.
    pub(crate) failure: Option<Rc<Error>>,
}

impl Write {
    /// The write of what `entry` is now.
    pub(crate) fn of(entry: Rc<Entry>) -> Self {
        Self {
            stamp: entry.stamp.get(),
            stored: entry.stored(),
            expired: entry.expired.get(),
            writer: 0,
            failure: None,
            entry,
        }
    }

    /// It has changed once more.
    pub(crate) fn renew(&mut self) {
        self.stamp = self.entry.stamp.get();
        self.stored = self.entry.stored();
        self.expired = self.entry.expired.get();
    }

    /// Whether it is the last that was done to its key.
    pub(crate) fn is_last(&self) -> bool {
        self.entry.stamp.get() == self.stamp && !self.entry.is_detached()
    }
}

/// Writes, and who waits for them.
pub(crate) struct Collected {
    pub(crate) writes: Vec<Write>,
    pub(crate) members: Vec<Member>,
}

impl Collected {
    /// Tells those who wait that it has ended. What fails all of it, in `operation`, is `failure`.
    pub(crate) async fn end(
        self,
        store: &Store,
        pace: &Pace,
        operation: &str,
        failure: Option<&Error>,
    ) {
        let Self { writes, members } = self;
        for member in members {
            let backend = store.backend.name();
            member.end(pace, &writes, backend, operation, failure).await;
        }
        dispose(&store.platform, writes.into_iter());
    }
}

/// Has the backend do some of the writes. Gives what others have renewed of what was to be removed as expired.
pub(crate) async fn send(
    store: &Rc<Store>,
    writes: &mut [Write],
    some: &[usize],
    pace: &Pace,
) -> Result<Vec<Record>, Error> {
    learn_created_at(store, writes, some, pace).await?;
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
    // Before what is told to have failed when this does.
    let renewed = match expired.as_slice() {
        [] => Vec::new(),
        _ => store.backend.remove_expired(expired).await?,
    };
    if batch != Batch::default() {
        let batch = Rc::new(batch);
        let written = store.backend.write(batch.clone()).await;
        release(&store.platform, batch);
        written?;
    }
    Ok(renewed)
}

/// Drops a batch that the backend has done with.
pub(crate) fn release(platform: &Rc<dyn Platform>, batch: Rc<Batch>) {
    if let Ok(Batch { puts, deletes }) = Rc::try_unwrap(batch) {
        dispose(platform, puts.into_iter());
        dispose(platform, deletes.into_iter());
    }
}

/// A key that was written without being read keeps its time of creation.
async fn learn_created_at(
    store: &Rc<Store>,
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
    let now = store.now();
    let mut known = RecordsByKey::new();
    for keys in keys.chunks(MOST_AT_ONCE) {
        let live = store
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
    dispose(&store.platform, known.into_iter());
    Ok(())
}
