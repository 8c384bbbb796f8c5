use super::entry::{Entry, Slot, Stored};
use super::store::Store;
use crate::protocol::{Error, ErrorKind, HostError};
use crate::storage::Batch;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Writes what memory has changed to the backend: one batch at a time, while the next one
/// is being collected.
#[derive(Default)]
pub(super) struct Writer {
    dirty: RefCell<Vec<Rc<Entry>>>,
    members: RefCell<Vec<Member>>,
    /// Which batch is being collected.
    batch: Cell<u64>,
    running: Cell<bool>,
    idle: Wakers,
}

/// Who has writes in a batch.
struct Member {
    account: Rc<Account>,
    entries: Vec<Rc<Entry>>,
}

/// What one user of the store has written and does not know to be durable.
#[derive(Default)]
pub(super) struct Account {
    id: u32,
    /// Its last batch (counted from 1), and its place among that batch's members.
    last: Cell<(u64, usize)>,
    /// How many batches with writes of its own have not ended.
    open: Cell<u32>,
    failure: RefCell<Option<Error>>,
    settled: Wakers,
}

impl Account {
    /// An account; `id` is its own and not 0.
    pub(super) fn new(id: u32) -> Self {
        Self {
            id,
            ..Self::default()
        }
    }

    /// Waits until every write so far has ended.
    pub(super) async fn settle(&self) -> Result<(), Error> {
        self.settled.wait_until(|| self.open.get() == 0).await;
        self.failure.borrow().clone().map_or(Ok(()), Err)
    }
}

impl Writer {
    /// Notes that `entry` has been changed by `account`.
    pub(super) fn note(&self, store: &Rc<Store>, entry: &Rc<Entry>, account: &Rc<Account>) {
        entry.stamp.set(store.next_stamp());
        if !entry.dirty.replace(true) {
            self.dirty.borrow_mut().push(entry.clone());
        }
        if entry.writer.replace(account.id) != account.id {
            self.add_member(account, entry);
        }
        if !self.running.replace(true) {
            store.platform.spawn(Box::pin(run(store.clone())));
        }
    }

    fn add_member(&self, account: &Rc<Account>, entry: &Rc<Entry>) {
        let mut members = self.members.borrow_mut();
        let batch = self.batch.get() + 1;
        if account.last.get().0 != batch {
            account.last.set((batch, members.len()));
            account.open.set(account.open.get() + 1);
            members.push(Member {
                account: account.clone(),
                entries: Vec::new(),
            });
        }
        members[account.last.get().1].entries.push(entry.clone());
    }

    /// Waits until there is nothing to write.
    pub(super) async fn idle(&self) {
        self.idle.wait_until(|| !self.running.get()).await;
    }
}

async fn run(store: Rc<Store>) {
    // What a script writes in one go becomes one batch.
    store.platform.next_task().await;
    let writer = &store.writer;
    loop {
        let dirty = writer.dirty.take();
        if dirty.is_empty() {
            break;
        }
        let members = writer.members.take();
        writer.batch.set(writer.batch.get() + 1);
        let mut writes: Vec<Write> = dirty.into_iter().map(Write::take).collect();
        let outcome = write(&store, &mut writes).await;
        for write in &writes {
            write.entry.in_flight.set(false);
        }
        match &outcome {
            Ok(()) => writes.iter().for_each(|write| store.release(&write.entry)),
            Err(_) => roll_back(&store, &writes).await,
        }
        for member in members {
            member.end(store.backend.name(), outcome.as_ref().err());
        }
    }
    writer.running.set(false);
    writer.idle.wake();
}

/// One key's part of a batch, as it was when the batch was taken.
struct Write {
    entry: Rc<Entry>,
    stamp: u64,
    stored: Option<Stored>,
}

impl Write {
    fn take(entry: Rc<Entry>) -> Self {
        entry.dirty.set(false);
        entry.in_flight.set(true);
        entry.writer.set(0);
        let stored = match entry.slot() {
            Slot::Present(stored) => Some(stored),
            Slot::Absent | Slot::Cold => None,
        };
        Self {
            stamp: entry.stamp.get(),
            entry,
            stored,
        }
    }
}

async fn write(store: &Rc<Store>, writes: &mut [Write]) -> Result<(), Error> {
    learn_created_at(store, writes).await?;
    let mut batch = Batch::default();
    for write in writes.iter() {
        match &write.stored {
            Some(stored) => batch.puts.push(stored.record(&write.entry.key)?),
            None => batch.deletes.push(write.entry.key.as_str().to_owned()),
        }
    }
    store.backend.write(batch).await
}

/// A key that was written without being read keeps its time of creation.
async fn learn_created_at(store: &Store, writes: &mut [Write]) -> Result<(), Error> {
    let unknown = |write: &Write| {
        write
            .stored
            .as_ref()
            .is_some_and(|stored| stored.created_at.is_none())
    };
    let keys: Vec<String> = writes
        .iter()
        .filter(|write| unknown(write))
        .map(|write| write.entry.key.as_str().to_owned())
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    let now = store.now();
    let records = store.backend.get_many(keys).await?;
    let known: std::collections::HashMap<String, f64> = records
        .into_iter()
        .filter(|record| record.expires_at.is_none_or(|at| at > now))
        .map(|record| (record.key, record.created_at))
        .collect();
    for write in writes {
        if let Some(stored) = &mut write.stored {
            let at = *stored.created_at.get_or_insert_with(|| {
                known
                    .get(write.entry.key.as_str())
                    .copied()
                    .unwrap_or(stored.updated_at)
            });
            write.entry.learn_created_at(at);
        }
    }
    Ok(())
}

/// Takes out of memory what did not become durable, and reads it again.
async fn roll_back(store: &Store, writes: &[Write]) {
    let lost: Vec<&Rc<Entry>> = writes
        .iter()
        .filter(|write| !write.entry.dirty.get() && write.entry.stamp.get() == write.stamp)
        .map(|write| &write.entry)
        .collect();
    for entry in &lost {
        entry.put(Slot::Cold);
    }
    // When that fails too, they stay cold.
    let _ = store
        .read_keys(lost.iter().map(|entry| entry.key.clone()).collect())
        .await;
}

impl Member {
    fn end(self, backend: &str, failure: Option<&Error>) {
        let account = self.account;
        if let Some(cause) = failure {
            let keys = self
                .entries
                .iter()
                .map(|entry| entry.key.as_str().to_owned())
                .collect();
            account
                .failure
                .borrow_mut()
                .get_or_insert_with(|| not_durable(backend, keys, cause));
        }
        account.open.set(account.open.get() - 1);
        account.settled.wake();
    }
}

fn not_durable(backend: &str, keys: BTreeSet<String>, error: &Error) -> Error {
    const SHOWN: usize = 3;
    let mut names = keys
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if keys.len() > SHOWN {
        names.push_str(&format!(" and {} more", keys.len() - SHOWN));
    }
    let cause = match &*error.kind {
        ErrorKind::Storage {
            cause: Some(cause), ..
        }
        | ErrorKind::Host { cause } => cause.clone(),
        kind => HostError {
            name: kind.code().into(),
            message: error.message.clone(),
        },
    };
    let message = format!("not stored by the {backend} backend: {names}: {error}");
    let kind = ErrorKind::Storage {
        backend: backend.to_owned(),
        operation: "write".into(),
        keys: keys.into_iter().collect(),
        cause: Some(cause),
    };
    Error::new(kind, message)
}

/// Tasks that wait for a condition.
#[derive(Default)]
struct Wakers(RefCell<Vec<Waker>>);

impl Wakers {
    async fn wait_until(&self, met: impl Fn() -> bool) {
        poll_fn(|context| {
            if met() {
                return Poll::Ready(());
            }
            let mut wakers = self.0.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    fn wake(&self) {
        self.0.take().into_iter().for_each(Waker::wake);
    }
}
