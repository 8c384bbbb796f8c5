//! A backend that fails and waits on demand.

use crate::protocol::{Error, HostError, Record};
use crate::storage::{
    Backend, Batch, CacheMode, Expired, Heard, Listeners, MemoryBackend, Pending,
};
use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::stream::LocalBoxStream;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A memory backend that notes its calls, and fails or waits when it is told to. An import is half done as
/// soon as it has begun.
pub struct TestBackend {
    memory: Rc<MemoryBackend>,
    mode: CacheMode,
    faults: RefCell<Vec<Fault>>,
    held: RefCell<Vec<oneshot::Sender<()>>>,
    holds: Cell<bool>,
    answers_late: Cell<bool>,
    refused: RefCell<Vec<(String, HostError)>>,
    /// The batches that were to be written, failed ones too.
    pub batches: RefCell<Vec<Batch>>,
    /// Who hears of what others write.
    pub others: Listeners,
    /// The keys that were asked for, one call after the other.
    pub reads: RefCell<Vec<Vec<String>>>,
    /// The prefixes that were asked for.
    pub scans: RefCell<Vec<String>>,
    /// How often it was closed.
    pub closed: Cell<u32>,
}

/// A failure to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The next write fails and stores nothing.
    Write,
    /// The next write stores this many records and then fails, as a host's `set` one by one may.
    WriteAfter(usize),
    /// The next read fails.
    Read,
}

impl TestBackend {
    /// An empty one, to be read like this.
    #[must_use]
    pub fn new(mode: CacheMode) -> Rc<Self> {
        Rc::new(Self {
            memory: Rc::default(),
            mode,
            faults: RefCell::default(),
            held: RefCell::default(),
            holds: Cell::new(false),
            answers_late: Cell::new(false),
            refused: RefCell::default(),
            batches: RefCell::default(),
            others: Listeners::default(),
            reads: RefCell::default(),
            scans: RefCell::default(),
            closed: Cell::new(0),
        })
    }

    /// Makes it fail once; faults of a kind come one after the other.
    pub fn fail(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// From now on every write and read with a key that begins with `prefix` fails, with this name for
    /// its cause, whose message has the keys of the whole call; a write stores nothing then.
    pub fn refuse(&self, prefix: &str, name: &str) {
        let cause = HostError {
            name: name.into(),
            message: String::new(),
        };
        self.refused.borrow_mut().push((prefix.into(), cause));
    }

    fn refusal<'a>(&self, keys: impl Iterator<Item = &'a str> + Clone) -> Option<Error> {
        let refused = self.refused.borrow();
        let begins = |prefix: &str| keys.clone().any(|key| key.starts_with(prefix));
        let (_, cause) = refused.iter().find(|(prefix, _)| begins(prefix))?;
        let mut cause = cause.clone();
        cause.message = keys.collect::<Vec<_>>().join(", ");
        let message = format!("{}: {}", cause.name, cause.message);
        Some(Error::storage(
            "test",
            "write",
            Vec::new(),
            Some(cause),
            message,
        ))
    }

    /// From now on calls wait until [`TestBackend::let_go`].
    pub fn hold(&self) {
        self.holds.set(true);
    }

    /// From now on calls wait until [`TestBackend::let_go`] with their answers alone: what is written is there,
    /// and what is read is as it was when it was asked for.
    pub fn hold_answers(&self) {
        self.answers_late.set(true);
        self.hold();
    }

    /// Lets the calls that wait and those to come do their work.
    pub fn let_go(&self) {
        self.holds.set(false);
        self.answers_late.set(false);
        for call in self.held.take() {
            let _ = call.send(());
        }
    }

    /// How many calls wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.held.borrow().len()
    }

    /// Lets the `index`-th of the calls that wait do its work.
    ///
    /// # Panics
    /// When fewer wait.
    pub fn let_one_go(&self, index: usize) {
        let _ = self.held.borrow_mut().remove(index).send(());
    }

    /// Stores a record behind State's back: its value is JSON text.
    pub fn plant(&self, key: &str, value: &str) {
        self.plant_record(Record {
            key: key.into(),
            value: value.into(),
            created_at: 1.0,
            updated_at: 1.0,
            expires_at: None,
            version: None,
        });
    }

    /// Stores a record behind State's back.
    pub fn plant_record(&self, record: Record) {
        drop(self.memory.write(Batch::puts(vec![record]).into()));
    }

    /// Removes a record behind State's back.
    pub fn uproot(&self, key: &str) {
        drop(self.memory.write(Batch::deletes(vec![key.into()]).into()));
    }

    /// What it holds, in order of keys.
    ///
    /// # Panics
    /// Never: memory answers at once.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.memory
            .scan(String::new())
            .now_or_never()
            .expect("memory answers at once")
            .expect("memory does not fail")
    }

    fn take_fault(&self, wanted: impl Fn(Fault) -> bool) -> Option<Fault> {
        let mut faults = self.faults.borrow_mut();
        let at = faults.iter().position(|fault| wanted(*fault))?;
        Some(faults.remove(at))
    }

    fn when_let_go(&self) -> impl Future<Output = ()> + 'static {
        let call = self.holds.get().then(|| {
            let (call, wait) = oneshot::channel();
            self.held.borrow_mut().push(call);
            wait
        });
        async move {
            if let Some(wait) = call {
                let _ = wait.await;
            }
        }
    }

    fn answer_late(&self, done: Pending<()>) -> Pending<()> {
        let wait = self.when_let_go();
        Box::pin(async move {
            done.await?;
            wait.await;
            Ok(())
        })
    }

    fn read(
        &self,
        answer: impl FnOnce(&MemoryBackend) -> Pending<Vec<Record>> + 'static,
    ) -> Pending<Vec<Record>> {
        let fault = self.take_fault(|fault| fault == Fault::Read);
        let (wait, memory) = (self.when_let_go(), self.memory.clone());
        let is_late = self.answers_late.get();
        let read = async move {
            match fault {
                Some(_) => Err(broken("get")),
                None => answer(&memory).await,
            }
        };
        if is_late {
            let answer = read.now_or_never().expect("memory answers at once");
            return Box::pin(async move {
                wait.await;
                answer
            });
        }
        Box::pin(async move {
            wait.await;
            read.await
        })
    }
}

fn broken(operation: &str) -> Error {
    let cause = HostError {
        name: "TestError".into(),
        message: "it is broken".into(),
    };
    Error::storage(
        "test",
        operation,
        Vec::new(),
        Some(cause),
        "TestError: it is broken",
    )
}

impl Backend for TestBackend {
    fn name(&self) -> &str {
        "test"
    }

    fn cache_mode(&self) -> CacheMode {
        self.mode
    }

    fn init(&self) -> Pending<()> {
        self.memory.init()
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        self.reads.borrow_mut().push(keys.clone());
        if let Some(error) = self.refusal(keys.iter().map(|key| &**key)) {
            return Box::pin(std::future::ready(Err(error)));
        }
        self.read(move |memory| memory.get_many(keys))
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        self.scans.borrow_mut().push(prefix.clone());
        self.read(move |memory| memory.scan(prefix))
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        self.batches.borrow_mut().push((*batch).clone());
        let keys = batch.puts.iter().map(|record| &*record.key);
        if let Some(error) = self.refusal(keys.chain(batch.deletes.iter().map(|key| &**key))) {
            return Box::pin(std::future::ready(Err(error)));
        }
        let fault = self.take_fault(|fault| fault != Fault::Read);
        if self.answers_late.get() && fault.is_none() {
            return self.answer_late(self.memory.write(batch));
        }
        let (wait, memory) = (self.when_let_go(), self.memory.clone());
        Box::pin(async move {
            wait.await;
            match fault {
                Some(Fault::WriteAfter(records)) => {
                    let first = batch.puts.iter().take(records).cloned().collect();
                    memory.write(Batch::puts(first).into()).await?;
                    Err(broken("write"))
                }
                Some(_) => Err(broken("write")),
                None => memory.write(batch).await,
            }
        })
    }

    fn write_noting(&self, batch: Rc<Batch>, done: &Rc<Cell<u32>>) -> Pending<()> {
        let half = batch.puts.len() / 2;
        done.set(u32::try_from(half).unwrap_or(u32::MAX));
        self.write(batch)
    }

    fn remove_expired(&self, expired: Vec<Expired>) -> Pending<Vec<Record>> {
        let (mut deletes, mut renewed) = (Vec::new(), Vec::new());
        let records = self.records();
        for Expired { key, expires_at } in expired {
            match records.iter().find(|record| record.key == key) {
                Some(record) if record.expires_at != Some(expires_at) => {
                    renewed.push(record.clone());
                }
                _ => deletes.push(key),
            }
        }
        let removed = self.write(Batch::deletes(deletes).into());
        Box::pin(async move { removed.await.map(|()| renewed) })
    }

    fn clear(&self) -> Pending<()> {
        let fault = self.take_fault(|fault| fault != Fault::Read);
        if self.answers_late.get() && fault.is_none() {
            return self.answer_late(self.memory.clear());
        }
        let (wait, memory) = (self.when_let_go(), self.memory.clone());
        Box::pin(async move {
            wait.await;
            match fault {
                Some(_) => Err(broken("clear")),
                None => memory.clear().await,
            }
        })
    }

    fn close(&self) -> Pending<()> {
        self.closed.set(self.closed.get() + 1);
        self.others.close();
        self.memory.close()
    }

    fn changes(&self) -> Option<LocalBoxStream<'static, Heard>> {
        Some(self.others.listen())
    }
}
