//! A session: what one host and this worker have going on, without a browser.
//!
//! It takes the host's requests one by one, never fails and never waits: what takes time
//! becomes a task, and answers go out through the platform.

mod backends;
mod calls;
mod exports;
mod imports;
mod limits;
mod local_storage;
mod modules;
mod ongoing;
mod open;
mod parts;
mod registry;
mod runs;
mod state;
mod updates;
mod watches;

use crate::modules::Modules;
use crate::platform::Platform;
use crate::protocol::{Answer, Error, ErrorKind, Event, Request, RunLimits};
use crate::sandbox::{Compiled, ExtraFunction, FunctionNames};
use crate::state::Store;
use crate::storage::HostBackend;
use calls::Calls;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use ongoing::backends::Backends;
use ongoing::exports::Exports;
use ongoing::local_storages::LocalStorages;
use ongoing::runs::Runs;
use ongoing::untold_registrations::UntoldRegistrations;
use ongoing::updates::Updates;
use ongoing::watches::Watches;
use parts::{BETWEEN_MS, Parts, cut};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// A session. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Session {
    inner: Rc<Inner>,
}

struct Inner {
    platform: Rc<dyn Platform>,
    calls: Rc<Calls>,
    news: Rc<UntoldRegistrations>,
    phase: RefCell<Phase>,
    runs: Runs,
    backends: Backends,
    modules: Rc<Modules>,
    /// The functions of its scripts that are compiled, where that is wanted.
    compiled: RefCell<Option<Rc<Compiled>>>,
    functions: Rc<FunctionNames>,
    updates: Updates,
    watches: Watches,
    local_storages: LocalStorages,
    /// The host's own, if it has one.
    host_backend: RefCell<Weak<HostBackend>>,
    /// Of requests that have not come.
    parts: Parts,
    exports: Exports,
    test_functions: Cell<&'static [ExtraFunction]>,
}

/// Where a session is in its life.
enum Phase {
    /// Nothing has come yet.
    Fresh,
    /// The backend is being made ready. This ends when it is, or has failed.
    Opening(oneshot::Receiver<()>),
    /// Runs and State operations are served.
    Open {
        store: Rc<Store>,
        limits: RunLimits,
        self_named: bool,
    },
    /// It has ended.
    Closed,
}

impl Session {
    /// A session on `platform`, to be opened by its first request.
    pub fn new(platform: Rc<dyn Platform>) -> Self {
        let news = Rc::new(UntoldRegistrations::new(platform.clone()));
        let calls = Rc::new(Calls::new(platform.clone(), news.clone()));
        let inner = Inner {
            modules: Rc::new(Modules::new(platform.clone())),
            compiled: RefCell::default(),
            platform,
            calls,
            news,
            phase: RefCell::new(Phase::Fresh),
            functions: Rc::default(),
            runs: Runs::default(),
            backends: Backends::default(),
            updates: Updates::default(),
            watches: Watches::default(),
            local_storages: LocalStorages::default(),
            host_backend: RefCell::default(),
            parts: Parts::default(),
            exports: Exports::default(),
            test_functions: Cell::new(&[]),
        };
        Self {
            inner: Rc::new(inner),
        }
    }

    /// The same with functions for tests, which scripts find in the global table `__test`; a shipped build has none.
    #[must_use]
    pub fn with_test_functions(self, functions: &'static [ExtraFunction]) -> Self {
        self.inner.test_functions.set(functions);
        self
    }

    /// Takes one request.
    pub fn receive(&self, request: Request) {
        match request {
            Request::Open { version, options } => self.open(version, options),
            Request::Run { id, spec } => self.run(id, spec),
            Request::Cancel { run } => self.inner.runs.cancel(run),
            Request::State { id, script_id, op } => self.state(id, &script_id, op),
            Request::BackendOpen {
                id,
                handle,
                backend,
            } => self.backend_open(id, handle, &backend),
            Request::BackendCall { id, handle, op } => self.backend_call(id, handle, op),
            Request::BackendClose { handle } => self.backend_close(handle),
            Request::Answer { call, answer } => self.inner.calls.answer(call, answer),
            Request::Close { id } => self.close(id),
            Request::Malformed { message } => {
                self.answer(0, Answer::Error(Error::protocol(message)))
            }
            Request::Modules(op) => self.inner.modules.apply(op),
            Request::RegisterNamespaces {
                id,
                script_id,
                namespaces,
            } => self.register_namespaces(id, &script_id, namespaces),
            Request::UnregisterScript { id, script_id } => self.unregister_script(id, &script_id),
            Request::Watch { id, script_id, key } => self.watch(id, &script_id, &key),
            Request::Unwatch { watch } => self.unwatch(watch),
            Request::Commit { id, update, value } => self.commit(id, update, value),
            Request::Abandon { update } => self.abandon(update),
            Request::Store { id, op } => self.store(id, op),
            Request::LocalStorageChanged { prefix, name } => {
                self.inner.local_storages.changed(&prefix, name)
            }
            Request::Part { id, part } => self.inner.parts.add(id, part),
            Request::DropParts { id } => drop(self.inner.parts.take(id)),
            Request::AnswerPart { call, part } => self.inner.calls.answer_part(call, part),
            Request::Functions { names } => self.inner.functions.add(names),
            Request::BackendChanged { changes } => {
                if let Some(backend) = self.inner.host_backend.borrow().upgrade() {
                    backend.changed(changes);
                }
            }
        }
    }

    fn answer(&self, id: u32, mut answer: Answer) {
        if let Answer::Error(error) = &mut answer {
            // It is already, unless somebody has changed it.
            error.bound();
        }
        let platform = self.inner.platform.clone();
        if let Some(parts) = cut(&mut answer) {
            let session = self.clone();
            self.inner.platform.spawn(Box::pin(async move {
                for part in parts {
                    platform.send(Event::AnswerPart { id, part });
                    platform.sleep(BETWEEN_MS).await;
                }
                session.answer(id, answer);
            }));
            return;
        }
        self.inner.news.tell();
        platform.send(Event::Answer { id, answer });
    }

    /// Answers `id` with what comes of `task`.
    fn answer_later(&self, id: u32, task: LocalBoxFuture<'static, Result<Answer, Error>>) {
        let session = self.clone();
        self.inner.platform.spawn(Box::pin(async move {
            let answer = task.await.unwrap_or_else(Answer::Error);
            session.answer(id, answer);
        }));
    }

    /// The store and the limits of an open session.
    fn opened(&self) -> Result<(Rc<Store>, RunLimits), Error> {
        match &*self.inner.phase.borrow() {
            Phase::Open { store, limits, .. } => Ok((store.clone(), *limits)),
            Phase::Fresh | Phase::Opening(_) => Err(Error::protocol(
                "the session is not open yet; send Open first",
            )),
            Phase::Closed => Err(ended()),
        }
    }

    /// Whether scripts without an id may name themselves.
    fn allows_self_named(&self) -> bool {
        let phase = self.inner.phase.borrow();
        matches!(&*phase, Phase::Open { self_named, .. } if *self_named)
    }
}

fn ended() -> Error {
    Error::new(ErrorKind::Cancelled, "the session has ended")
}
