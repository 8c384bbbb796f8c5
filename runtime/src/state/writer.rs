use super::account::{Account, Member, Members};
use super::entry::{Entry, Slot, Stored};
use super::parts;
use super::store::Store;
use super::wakers::Wakers;
use crate::protocol::{Error, Record};
use crate::storage::{Batch, Expired};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Writes what memory has changed to the backend: one batch at a time, while the next one
/// is being collected.
#[derive(Default)]
pub(super) struct Writer {
    dirty: RefCell<Vec<Rc<Entry>>>,
    members: Members,
    /// Those who wait for the backend to be cleared, before the batch being collected.
    clearing: RefCell<Option<Vec<Member>>>,
    /// How many batches were taken.
    taken: Cell<u64>,
    /// How many of those have ended.
    ended: Cell<u64>,
    running: Cell<bool>,
    /// Woken after each batch.
    progress: Wakers,
}

impl Writer {
    /// Notes that `entry` has been changed by `account`.
    pub(super) fn note(&self, store: &Rc<Store>, entry: &Rc<Entry>, account: &Rc<Account>) {
        self.members.add(self.taken.get() + 1, account, entry);
        self.touch(store, entry);
    }

    /// Notes that `entry` has been changed, by nobody who waits for it.
    pub(super) fn touch(&self, store: &Rc<Store>, entry: &Rc<Entry>) {
        entry.stamp.set(store.next_stamp());
        if !entry.dirty.replace(true) {
            self.dirty.borrow_mut().push(entry.clone());
        }
        self.start(store);
    }

    /// Notes for `account` that everything is to be removed. What was to be written before
    /// that is not; whoever wrote it shares the outcome.
    pub(super) fn clear(&self, store: &Rc<Store>, account: &Rc<Account>) {
        for entry in self.dirty.take() {
            entry.dirty.set(false);
            entry.writer.set(0);
        }
        self.members.join(self.taken.get() + 1, account);
        self.taken.set(self.taken.get() + 1);
        self.clearing
            .borrow_mut()
            .get_or_insert_default()
            .extend(self.members.take());
        self.start(store);
    }

    /// Whether another clear waits for its turn.
    pub(super) fn is_to_clear(&self) -> bool {
        self.clearing.borrow().is_some()
    }

    fn start(&self, store: &Rc<Store>) {
        if !self.running.replace(true) {
            store.platform.spawn(Box::pin(run(store.clone())));
        }
    }

    /// Waits until there is nothing to write.
    pub(super) async fn idle(&self) {
        self.progress.wait_until(|| !self.running.get()).await;
    }

    /// Waits until what was written so far has ended, whatever is written meanwhile.
    pub(super) async fn flushed(&self) {
        let wanted = self.taken.get() + u64::from(!self.dirty.borrow().is_empty());
        self.progress
            .wait_until(|| self.ended.get() >= wanted)
            .await;
    }

    /// Waits until the batch or the clear under way has ended, if there is one.
    pub(super) async fn landed(&self) {
        let wanted = self.taken.get();
        self.progress
            .wait_until(|| self.ended.get() >= wanted)
            .await;
    }

    /// Waits until the backend has `entry` as it is in memory, or has failed to take it.
    pub(super) async fn written(&self, entry: &Entry) {
        self.progress.wait_until(|| !entry.is_pending()).await;
    }
}

async fn run(store: Rc<Store>) {
    // What a script writes in one go becomes one batch.
    store.platform.next_task().await;
    let writer = &store.writer;
    loop {
        let clearing = writer.clearing.take();
        if let Some(members) = clearing {
            let batch = writer.taken.get();
            let outcome = store.clear_backend().await;
            writer.ended.set(batch);
            let failure = outcome.err().map(Rc::new);
            end(&store, members, "clear", |_| failure.clone());
            continue;
        }
        let dirty = writer.dirty.take();
        if dirty.is_empty() {
            break;
        }
        let members = writer.members.take();
        let batch = writer.taken.get() + 1;
        writer.taken.set(batch);
        let mut writes: Vec<Write> = dirty.into_iter().map(Write::take).collect();
        let failures = parts::write(&store, &mut writes).await;
        writer.ended.set(batch);
        end(&store, members, "write", |entry| failures.of(entry));
    }
    writer.running.set(false);
    writer.progress.wake();
}

/// Tells all who have a part in a batch, by the failure of each entry.
fn end(
    store: &Store,
    members: Vec<Member>,
    operation: &str,
    failure: impl Fn(Option<&Entry>) -> Option<Rc<Error>>,
) {
    for member in members {
        member.end(store.backend.name(), operation, &failure);
    }
    store.writer.progress.wake();
}

/// One key's part of a batch, as it was when the batch was taken.
pub(super) struct Write {
    pub(super) entry: Rc<Entry>,
    /// Who wrote it last; 0 for nobody.
    pub(super) writer: u32,
    stamp: u64,
    stored: Option<Stored>,
    expired: Option<f64>,
}

impl Write {
    fn take(entry: Rc<Entry>) -> Self {
        entry.dirty.set(false);
        entry.in_flight.set(true);
        let writer = entry.writer.replace(0);
        let stored = match entry.slot() {
            Slot::Present(stored) => Some(stored),
            Slot::Absent | Slot::Cold => None,
        };
        Self {
            stamp: entry.stamp.get(),
            expired: entry.expired.get(),
            entry,
            writer,
            stored,
        }
    }
}

/// Gives what others have renewed of what was to be removed as expired.
pub(super) async fn write(store: &Rc<Store>, writes: &mut [Write]) -> Result<Vec<Record>, Error> {
    learn_created_at(store, writes).await?;
    let (mut batch, mut expired) = (Batch::default(), Vec::new());
    for write in writes.iter() {
        let key = write.entry.key.as_str().to_owned();
        match (&write.stored, write.expired) {
            (Some(stored), _) => batch.puts.push(stored.record(&write.entry.key)?),
            (None, Some(expires_at)) => expired.push(Expired { key, expires_at }),
            (None, None) => batch.deletes.push(key),
        }
    }
    // Before what is told to have failed when this does.
    let renewed = match expired.as_slice() {
        [] => Vec::new(),
        _ => store.backend.remove_expired(expired).await?,
    };
    if batch != Batch::default() {
        store.backend.write(batch).await?;
    }
    Ok(renewed)
}

/// A key that was written without being read keeps its time of creation.
async fn learn_created_at(store: &Rc<Store>, writes: &mut [Write]) -> Result<(), Error> {
    let unknown = |write: &&Write| {
        write
            .stored
            .as_ref()
            .is_some_and(|stored| stored.created_at.is_none())
    };
    let keys: Vec<String> = writes
        .iter()
        .filter(unknown)
        .map(|write| write.entry.key.as_str().to_owned())
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    let records = store.backend.get_many(keys).await?;
    let now = store.now();
    let live = records
        .into_iter()
        .filter(|record| record.expires_at.is_none_or(|at| at > now));
    let known: BTreeMap<String, f64> = live.map(|record| (record.key, record.created_at)).collect();
    for Write { entry, stored, .. } in writes {
        if let Some(stored) = stored.as_mut().filter(|stored| stored.created_at.is_none()) {
            let at = known
                .get(entry.key.as_str())
                .copied()
                .unwrap_or(stored.updated_at);
            stored.created_at = Some(at);
            entry.learn_created_at(at);
        }
    }
    Ok(())
}

/// Takes out of memory what did not become durable, and reads it again.
pub(super) async fn roll_back(store: &Store, writes: &[Write]) {
    let lost: Vec<Rc<Entry>> = writes
        .iter()
        .filter(|write| !write.entry.dirty.get() && write.entry.stamp.get() == write.stamp)
        .map(|write| write.entry.clone())
        .collect();
    store.read_again(lost).await;
}
