use super::batch::Write;
use crate::notify::Notify;
use crate::pace::Pace;
use crate::protocol::{Error, ErrorKind, HostError, MOST_KEYS};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What one user of the store has written and does not know to be durable.
#[derive(Default)]
pub(crate) struct Account {
    id: u32,
    /// Its last batch (counted from 1), and its place among that batch's members.
    last: Cell<(u64, usize)>,
    /// How many batches with writes of its own have not ended.
    open: Cell<u32>,
    failure: RefCell<Option<Failure>>,
    settled: Notify,
}

impl Account {
    /// An account; `id` is its own and not 0.
    pub(crate) fn new(id: u32) -> Self {
        Self {
            id,
            ..Self::default()
        }
    }

    /// Waits until every write so far has ended. A failure stays.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        self.settled.wait_until(|| self.open.get() == 0).await;
        match &*self.failure.borrow() {
            Some(failure) => Err(failure.error()),
            None => Ok(()),
        }
    }
}

/// What failed first, and the keys of what is not durable: the first of them, in order.
pub(crate) struct Failure {
    backend: String,
    operation: String,
    keys: Vec<String>,
    /// There are others.
    more: bool,
    cause: Error,
}

/// Who has writes in a batch, and which: their places in it.
pub(crate) struct Member {
    account: Rc<Account>,
    writes: Vec<u32>,
}

/// Those who have writes in the batch being collected.
#[derive(Default)]
pub(crate) struct Members(RefCell<Vec<Member>>);

impl Members {
    /// `account` has a part in the batch of this number.
    pub(crate) fn join(&self, batch: u64, account: &Rc<Account>) {
        if account.last.get().0 != batch {
            let mut members = self.0.borrow_mut();
            account.last.set((batch, members.len()));
            account.open.set(account.open.get() + 1);
            members.push(Member {
                account: account.clone(),
                writes: Vec::new(),
            });
        }
    }

    /// `account` has made the write at this place in the batch of this number. `writer` is who made it last.
    pub(crate) fn add(&self, batch: u64, account: &Rc<Account>, at: u32, writer: &mut u32) {
        if std::mem::replace(writer, account.id) != account.id {
            self.join(batch, account);
            self.0.borrow_mut()[account.last.get().1].writes.push(at);
        }
    }

    pub(crate) fn take(&self) -> Vec<Member> {
        self.0.take()
    }
}

impl Member {
    /// The batch of these writes has ended. What fails all of it, in `operation`, is `failure`.
    pub(crate) async fn end(
        self,
        pace: &Pace,
        writes: &[Write],
        backend: &str,
        operation: &str,
        failure: Option<&Error>,
    ) {
        let account = self.account;
        let mut failed = account.failure.take();
        let mut fail = |cause: &Error, key: Option<&str>| {
            let failed = failed.get_or_insert_with(|| Failure::new(backend, operation, cause));
            key.into_iter().for_each(|key| failed.name(key));
        };
        failure.into_iter().for_each(|cause| fail(cause, None));
        for at in self.writes {
            if let Some(write) = writes.get(at as usize)
                && let Some(cause) = failure.or(write.failure.as_deref())
            {
                fail(cause, Some(write.entry.key.as_str()));
            }
            pace.after(0).await;
        }
        account.failure.replace(failed);
        account.open.set(account.open.get() - 1);
        account.settled.wake();
    }
}

impl Failure {
    pub(crate) fn new(backend: &str, operation: &str, cause: &Error) -> Self {
        Self {
            backend: backend.to_owned(),
            operation: operation.to_owned(),
            keys: Vec::new(),
            more: false,
            cause: cause.clone(),
        }
    }

    /// What is at this key is not durable.
    pub(crate) fn name(&mut self, key: &str) {
        let keys = &mut self.keys;
        let Err(at) = keys.binary_search_by(|other| other.as_str().cmp(key)) else {
            return;
        };
        if keys.len() == MOST_KEYS {
            self.more = true;
            if at == MOST_KEYS {
                return;
            }
            keys.pop();
        }
        keys.insert(at, key.to_owned());
    }

    pub(crate) fn error(&self) -> Error {
        const SHOWN: usize = 3;
        let Self {
            backend,
            operation,
            keys,
            more,
            cause: error,
        } = self;
        let mut names = keys
            .iter()
            .take(SHOWN)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        if keys.len() > SHOWN {
            let than = if *more { "more than " } else { "" };
            names.push_str(&format!(" and {than}{} more", keys.len() - SHOWN));
        }
        let cause = match &*error.kind {
            ErrorKind::Storage {
                cause: Some(cause), ..
            }
            | ErrorKind::Host { cause, .. } => cause.clone(),
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
            keys: keys.clone(),
            cause: Some(cause),
        };
        Error::new(kind, message)
    }
}
