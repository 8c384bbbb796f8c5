use super::entry::Entry;
use super::wakers::Wakers;
use crate::protocol::{Error, ErrorKind, HostError};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What one user of the store has written and does not know to be durable.
#[derive(Default)]
pub(super) struct Account {
    id: u32,
    /// Its last batch (counted from 1), and its place among that batch's members.
    last: Cell<(u64, usize)>,
    /// How many batches with writes of its own have not ended.
    open: Cell<u32>,
    failure: RefCell<Option<Failure>>,
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

    fn fail(&self, backend: &str, operation: &str, cause: &Error, entry: Option<&Entry>) {
        let mut failure = self.failure.borrow_mut();
        let failure = failure.get_or_insert_with(|| Failure {
            backend: backend.to_owned(),
            operation: operation.to_owned(),
            keys: BTreeSet::new(),
            cause: cause.clone(),
        });
        let key = entry.map(|entry| entry.key.as_str().to_owned());
        failure.keys.extend(key);
    }

    /// Waits until every write so far has ended. A failure stays.
    pub(super) async fn settle(&self) -> Result<(), Error> {
        self.settled.wait_until(|| self.open.get() == 0).await;
        match &*self.failure.borrow() {
            Some(failure) => Err(failure.error()),
            None => Ok(()),
        }
    }
}

/// What failed first, and the keys of all that is not durable.
struct Failure {
    backend: String,
    operation: String,
    keys: BTreeSet<String>,
    cause: Error,
}

/// Who has writes in a batch, and which.
pub(super) struct Member {
    account: Rc<Account>,
    entries: Vec<Rc<Entry>>,
}

/// Those who have writes in the batch being collected.
#[derive(Default)]
pub(super) struct Members(RefCell<Vec<Member>>);

impl Members {
    /// `account` has a part in the batch of this number.
    pub(super) fn join(&self, batch: u64, account: &Rc<Account>) {
        if account.last.get().0 != batch {
            let mut members = self.0.borrow_mut();
            account.last.set((batch, members.len()));
            account.open.set(account.open.get() + 1);
            members.push(Member {
                account: account.clone(),
                entries: Vec::new(),
            });
        }
    }

    /// `account` has written `entry` in the batch of this number.
    pub(super) fn add(&self, batch: u64, account: &Rc<Account>, entry: &Rc<Entry>) {
        if entry.writer.replace(account.id) != account.id {
            self.join(batch, account);
            self.0.borrow_mut()[account.last.get().1]
                .entries
                .push(entry.clone());
        }
    }

    pub(super) fn take(&self) -> Vec<Member> {
        self.0.take()
    }
}

impl Member {
    /// The batch has ended: `failure` says why an entry was not stored, or, for none, why nothing was
    /// done that concerns no entry.
    pub(super) fn end(
        self,
        backend: &str,
        operation: &str,
        failure: impl Fn(Option<&Entry>) -> Option<Rc<Error>>,
    ) {
        let account = self.account;
        let entries = self.entries.iter().map(|entry| Some(&**entry));
        for entry in std::iter::once(None).chain(entries) {
            if let Some(cause) = failure(entry) {
                account.fail(backend, operation, &cause, entry);
            }
        }
        account.open.set(account.open.get() - 1);
        account.settled.wake();
    }
}

impl Failure {
    fn error(&self) -> Error {
        const SHOWN: usize = 3;
        let Self {
            backend,
            operation,
            keys,
            cause: error,
        } = self;
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
        let message = match names.as_str() {
            "" => format!("the {backend} backend has failed: {error}"),
            names => format!("not stored by the {backend} backend: {names}: {error}"),
        };
        let kind = ErrorKind::Storage {
            backend: backend.clone(),
            operation: operation.clone(),
            keys: keys.iter().cloned().collect(),
            cause: Some(cause),
        };
        Error::new(kind, message)
    }
}
