//! The receipts of writers: which of their writes are not known to be durable yet.

use super::write::Write;
use super::write_failure::WriteFailure;
use crate::notify::Notify;
use crate::pace::Pace;
use crate::protocol::Error;
use crate::state::cache::Entry;
use crate::storage::Backend;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The receipt of one writer, for all that it has written and does not know to be durable.
#[derive(Default)]
pub(crate) struct WriteReceipt {
    id: u32,
    /// Its last batch (counted from 1), and its place among that batch's members.
    last: Cell<(u64, usize)>,
    /// How many batches with writes of its own have not ended.
    open: Cell<u32>,
    failure: RefCell<Option<WriteFailure>>,
    settled: Notify,
}

impl WriteReceipt {
    /// A receipt; no other has this `id`, which is not 0.
    pub(crate) fn new(id: u32) -> Self {
        Self {
            id,
            ..Self::default()
        }
    }

    /// Waits until every write so far has ended. A failure stays until its keys are written again.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        self.settled.wait_until(|| self.open.get() == 0).await;
        match &*self.failure.borrow() {
            Some(failure) => Err(failure.error()),
            None => Ok(()),
        }
    }
}

/// A writer with a part in a batch, and its writes: their places in it.
pub(super) struct BatchMember {
    receipt: Rc<WriteReceipt>,
    writes: Vec<u32>,
}

/// The writers with a part in the batch being collected.
#[derive(Default)]
pub(super) struct BatchMembers(RefCell<Vec<BatchMember>>);

impl BatchMembers {
    /// `receipt` has a part in the batch of this number.
    pub(crate) fn join(&self, batch: u64, receipt: &Rc<WriteReceipt>) {
        if receipt.last.get().0 != batch {
            let mut members = self.0.borrow_mut();
            receipt.last.set((batch, members.len()));
            receipt.open.set(receipt.open.get() + 1);
            members.push(BatchMember {
                receipt: receipt.clone(),
                writes: Vec::new(),
            });
        }
    }

    /// `receipt` has made the write at this place in the batch of this number. `writer` is who made it last.
    pub(crate) fn add(&self, batch: u64, receipt: &Rc<WriteReceipt>, at: u32, writer: &mut u32) {
        if std::mem::replace(writer, receipt.id) != receipt.id {
            self.join(batch, receipt);
            self.0.borrow_mut()[receipt.last.get().1].writes.push(at);
        }
    }

    pub(crate) fn take(&self) -> Vec<BatchMember> {
        self.0.take()
    }
}

impl BatchMember {
    /// The batch of these writes has ended. What fails all of it, in `operation`, is `failure`.
    pub(crate) async fn end(
        self,
        pace: &Pace,
        writes: &[Write],
        backend: &dyn Backend,
        operation: &str,
        failure: Option<&Error>,
    ) {
        let receipt = self.receipt;
        let mut failed = receipt.failure.take();
        let fail = |failed: &mut Option<WriteFailure>, cause: &Error, entry: Option<&Rc<Entry>>| {
            let failed = failed.get_or_insert_with(|| WriteFailure::new(backend, operation, cause));
            entry.into_iter().for_each(|entry| failed.name(entry));
        };
        if let Some(cause) = failure {
            fail(&mut failed, cause, None);
        }
        for at in self.writes {
            if let Some(write) = writes.get(at as usize) {
                let entry = &write.entry;
                match failure.or(write.failure.as_deref()) {
                    Some(cause) => fail(&mut failed, cause, Some(entry)),
                    None => drop(failed.take_if(|failed| !failed.mend(entry))),
                }
            }
            pace.after(0).await;
        }
        receipt.failure.replace(failed);
        receipt.open.set(receipt.open.get() - 1);
        receipt.settled.wake();
    }
}
