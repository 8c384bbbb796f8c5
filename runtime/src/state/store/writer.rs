use super::batch::{Collected, Write};
use super::batch_parts;
use super::import::Import;
use super::store::Store;
use super::write_receipt::{Account, Members};
use crate::notify::Notify;
use crate::pace::Pace;
use crate::state::cache::Entry;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Writes what memory has changed to the backend: one batch at a time, while the next one
/// is being collected.
#[derive(Default)]
pub(crate) struct Writer {
    /// The batch being collected.
    writes: RefCell<Vec<Write>>,
    members: Members,
    /// What comes before it, with their numbers.
    jobs: RefCell<VecDeque<(u64, Job)>>,
    /// How many jobs there were, from 1.
    taken: Cell<u64>,
    importing: Cell<bool>,
    /// The last of them that has ended.
    ended: Cell<u64>,
    running: Cell<bool>,
    /// Woken after each job.
    progress: Notify,
}

/// What the backend is to do, one after the other.
enum Job {
    Write(Collected),
    /// To remove everything. What was to be written before that is not; whoever wrote it shares the outcome.
    Clear(Vec<Collected>),
    Import(Import),
}

impl Writer {
    /// Notes that `entry` has been changed by `account`.
    pub(crate) fn note(&self, store: &Rc<Store>, entry: &Rc<Entry>, account: &Rc<Account>) {
        let at = self.collect(store, entry);
        let writer = &mut self.writes.borrow_mut()[at as usize].writer;
        self.members.add(self.next(), account, at, writer);
    }

    /// Notes that `entry` has been changed, by nobody who waits for it.
    pub(crate) fn touch(&self, store: &Rc<Store>, entry: &Rc<Entry>) {
        self.collect(store, entry);
    }

    /// Takes the change up in the batch; gives its place there.
    fn collect(&self, store: &Rc<Store>, entry: &Rc<Entry>) -> u32 {
        entry.stamp.set(store.next_stamp());
        let mut writes = self.writes.borrow_mut();
        let (batch, at) = entry.written.get();
        if batch == self.next() {
            writes[at as usize].renew();
            return at;
        }
        #[expect(clippy::cast_possible_truncation, reason = "they fit in memory")]
        let at = writes.len() as u32;
        entry.written.set((self.next(), at));
        entry.pending.set(entry.pending.get() + 1);
        writes.push(Write::of(entry.clone()));
        drop(writes);
        self.start(store);
        at
    }

    /// The number of the batch being collected.
    fn next(&self) -> u64 {
        self.taken.get() + 1
    }

    /// Ends the batch being collected.
    fn take(&self) -> Collected {
        self.taken.set(self.next());
        Collected {
            writes: self.writes.take(),
            members: self.members.take(),
        }
    }

    /// Notes for `account` that everything is to be removed.
    pub(crate) fn clear(&self, store: &Rc<Store>, account: &Rc<Account>) {
        self.members.join(self.next(), account);
        let moot = self.take();
        let mut jobs = self.jobs.borrow_mut();
        match jobs.back_mut() {
            Some((number, Job::Clear(all))) => {
                *number = self.taken.get();
                all.push(moot);
            }
            _ => jobs.push_back((self.taken.get(), Job::Clear(vec![moot]))),
        }
        drop(jobs);
        self.start(store);
    }

    /// Has the backend take in an import, after what was written before it.
    pub(crate) fn import(&self, store: &Rc<Store>, import: Import) {
        let mut jobs = self.jobs.borrow_mut();
        if !self.writes.borrow().is_empty() {
            let collected = self.take();
            jobs.push_back((self.taken.get(), Job::Write(collected)));
        }
        self.taken.set(self.next());
        jobs.push_back((self.taken.get(), Job::Import(import)));
        drop(jobs);
        self.start(store);
    }

    /// Whether another clear waits for its turn.
    pub(crate) fn is_to_clear(&self) -> bool {
        let jobs = self.jobs.borrow();
        jobs.iter().any(|(_, job)| matches!(job, Job::Clear(_)))
    }

    /// Whether the backend is taking in an import, of which memory has nothing yet.
    pub(crate) fn is_importing(&self) -> bool {
        self.importing.get()
    }

    fn start(&self, store: &Rc<Store>) {
        if !self.running.replace(true) {
            store.platform.spawn(Box::pin(run(store.clone())));
        }
    }

    /// Waits until there is nothing to write.
    pub(crate) async fn idle(&self) {
        self.progress.wait_until(|| !self.running.get()).await;
    }

    /// Waits until what was written so far has ended, whatever is written meanwhile.
    pub(crate) async fn flushed(&self) {
        let wanted = self.taken.get() + u64::from(!self.writes.borrow().is_empty());
        self.progress
            .wait_until(|| self.ended.get() >= wanted)
            .await;
    }

    /// Waits until what the backend is doing has ended, if there is anything.
    pub(crate) async fn landed(&self) {
        let wanted = self.taken.get();
        self.progress
            .wait_until(|| self.ended.get() >= wanted)
            .await;
    }

    /// Waits until the backend has `entry` as it is in memory, or has failed to take it.
    pub(crate) async fn written(&self, entry: &Entry) {
        self.progress
            .wait_until(|| !entry.is_pending() || entry.is_detached())
            .await;
    }

    fn next_job(&self) -> Option<(u64, Job)> {
        let waiting = self.jobs.borrow_mut().pop_front();
        if waiting.is_none() && !self.writes.borrow().is_empty() {
            let collected = self.take();
            return Some((self.taken.get(), Job::Write(collected)));
        }
        waiting
    }
}

async fn run(store: Rc<Store>) {
    // What a script writes in one go becomes one batch.
    store.platform.next_task().await;
    let writer = &store.writer;
    while let Some((number, job)) = writer.next_job() {
        let pace = Pace::new(store.platform.clone());
        match job {
            Job::Write(mut collected) => {
                batch_parts::write(&store, &mut collected.writes, &pace).await;
                writer.ended.set(number);
                collected.end(&store, &pace, "write", None).await;
            }
            Job::Clear(all) => {
                let failure = store.clear_backend(&pace).await.err();
                writer.ended.set(number);
                for collected in all {
                    collected
                        .end(&store, &pace, "clear", failure.as_ref())
                        .await;
                }
            }
            Job::Import(import) => {
                writer.importing.set(true);
                import.write(&store, &pace).await;
                writer.importing.set(false);
                writer.ended.set(number);
            }
        }
        writer.progress.wake();
    }
    writer.running.set(false);
    writer.progress.wake();
}
