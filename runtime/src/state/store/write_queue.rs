//! The queue of what the backend is to do: one batch is written while the next one is collected.

use super::batch::Collected;
use super::clear::Cleared;
use super::import::Import;
use super::write::Write;
use super::write_receipt::{BatchMembers, WriteReceipt};
use crate::notify::Notify;
use crate::state::cache::{Caches, Entries, Entry};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// How many writes a batch has at most. While a million were written to IndexedDB in one transaction, other runs were held
/// up for a tenth of a second every quarter of a minute, longer as it grew (ARCHITECTURE.md, what is measured).
const MOST: usize = 32 * 1024;

/// The writes that were noted and have not ended.
pub(crate) struct WriteQueue {
    caches: Rc<Caches>,
    /// Starts the task that takes the jobs.
    start: Box<dyn Fn()>,
    /// The batch being collected.
    writes: RefCell<Vec<Write>>,
    members: BatchMembers,
    /// The jobs before it, with their numbers.
    jobs: RefCell<VecDeque<(u64, Job)>>,
    /// How many jobs there were, from 1.
    taken: Cell<u64>,
    /// The last of them that has ended.
    ended: Cell<u64>,
    importing: Cell<bool>,
    running: Cell<bool>,
    /// Woken after each job.
    progress: Notify,
}

/// A job for the backend, which does one after the other.
pub(super) enum Job {
    Write(Collected),
    /// To remove everything.
    Clear(Vec<Cleared>),
    Import(Import),
}

impl WriteQueue {
    /// An empty queue; `start` starts the task that takes its jobs until there are none.
    pub(super) fn new(caches: Rc<Caches>, start: Box<dyn Fn()>) -> Self {
        Self {
            caches,
            start,
            writes: RefCell::default(),
            members: BatchMembers::default(),
            jobs: RefCell::default(),
            taken: Cell::new(0),
            ended: Cell::new(0),
            importing: Cell::new(false),
            running: Cell::new(false),
            progress: Notify::default(),
        }
    }

    /// Notes that `entry` has been changed for `receipt`.
    pub(crate) fn note(&self, entry: &Rc<Entry>, receipt: &Rc<WriteReceipt>) {
        let at = self.collect(entry);
        let writer = &mut self.writes.borrow_mut()[at as usize].writer;
        self.members.add(self.next(), receipt, at, writer);
    }

    /// Notes that `entry` has been changed, by nobody who waits for it.
    pub(super) fn touch(&self, entry: &Rc<Entry>) {
        self.collect(entry);
    }

    /// Takes the change up in the batch; returns its place there.
    fn collect(&self, entry: &Rc<Entry>) -> u32 {
        entry.stamp.set(self.caches.next_stamp());
        entry.is_ahead.set(true);
        let mut writes = self.writes.borrow_mut();
        let (batch, at) = entry.written.get();
        if batch == self.next() {
            writes[at as usize].renew();
            return at;
        }
        if writes.len() == MOST {
            drop(writes);
            self.queue_batch();
            writes = self.writes.borrow_mut();
        }
        #[expect(clippy::cast_possible_truncation, reason = "they fit in memory")]
        let at = writes.len() as u32;
        entry.written.set((self.next(), at));
        entry.begin_write();
        writes.push(Write::of(entry.clone()));
        drop(writes);
        self.run();
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

    /// Puts the batch being collected behind the other jobs.
    fn queue_batch(&self) {
        let collected = self.take();
        let job = (self.taken.get(), Job::Write(collected));
        self.jobs.borrow_mut().push_back(job);
    }

    /// Notes for `receipt` that everything is to be removed, of which `entries` were in memory. What was to be written
    /// before that is not; whoever wrote it shares the outcome.
    pub(super) fn clear(&self, receipt: &Rc<WriteReceipt>, entries: Rc<RefCell<Entries>>) {
        self.members.join(self.next(), receipt);
        let moot = self.take();
        let mut cleared = vec![Cleared { moot, entries }];
        let mut jobs = self.jobs.borrow_mut();
        while let Some((_, Job::Write(moot))) =
            jobs.pop_back_if(|(_, job)| matches!(job, Job::Write(_)))
        {
            let entries = Rc::default();
            cleared.push(Cleared { moot, entries });
        }
        match jobs.back_mut() {
            Some((number, Job::Clear(all))) => {
                *number = self.taken.get();
                all.append(&mut cleared);
            }
            _ => jobs.push_back((self.taken.get(), Job::Clear(cleared))),
        }
        drop(jobs);
        self.run();
    }

    /// Has the backend take in an import, after what was written before it.
    pub(super) fn import(&self, import: Import) {
        if !self.writes.borrow().is_empty() {
            self.queue_batch();
        }
        self.taken.set(self.next());
        let job = (self.taken.get(), Job::Import(import));
        self.jobs.borrow_mut().push_back(job);
        self.run();
    }

    fn run(&self) {
        if !self.running.replace(true) {
            (self.start)();
        }
    }

    /// Whether another clear waits for its turn.
    pub(super) fn is_to_clear(&self) -> bool {
        let jobs = self.jobs.borrow();
        jobs.iter().any(|(_, job)| matches!(job, Job::Clear(_)))
    }

    /// Whether the backend is taking in an import, of which the cache has nothing yet.
    pub(super) fn is_importing(&self) -> bool {
        self.importing.get()
    }

    /// Waits until there is nothing to write.
    pub(super) async fn idle(&self) {
        self.progress.wait_until(|| !self.running.get()).await;
    }

    /// Waits until what was written so far has ended, whatever is written meanwhile.
    pub(super) async fn flushed(&self) {
        let wanted = self.taken.get() + u64::from(!self.writes.borrow().is_empty());
        self.progress
            .wait_until(|| self.ended.get() >= wanted)
            .await;
    }

    /// Waits until what the backend is doing has ended, if there is anything.
    pub(super) async fn landed(&self) {
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

    /// The next job, and its number. Without one the queue rests, until something is noted again.
    pub(super) fn next_job(&self) -> Option<(u64, Job)> {
        let mut next = self.jobs.borrow_mut().pop_front();
        if next.is_none() && !self.writes.borrow().is_empty() {
            let collected = self.take();
            next = Some((self.taken.get(), Job::Write(collected)));
        }
        match next {
            Some((_, Job::Import(_))) => self.importing.set(true),
            Some(_) => {}
            None => {
                self.running.set(false);
                self.progress.wake();
            }
        }
        next
    }

    /// What the backend does for the job of this number has ended.
    pub(super) fn end(&self, number: u64) {
        self.importing.set(false);
        self.ended.set(number);
    }

    /// Wakes those who wait for a job.
    pub(super) fn wake(&self) {
        self.progress.wake();
    }
}
