//! The backend: the log of `runtime/src/storage/log` on files of the origin, or of the file system.

use super::file::{OpenFile, named};
use super::folder;
use super::place::Place;
use futures::future::LocalBoxFuture;
use pubwiki_lua_runtime::line::Line;
use pubwiki_lua_runtime::platform::Platform;
use pubwiki_lua_runtime::protocol::{Error, MOST_KEYS, Record};
use pubwiki_lua_runtime::storage::log::{FileError, Log, Progress};
use pubwiki_lua_runtime::storage::{Backend, Batch, CacheMode, Pending};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Records in a log that this worker alone has open.
pub struct OpfsBackend {
    folder: String,
    state: Rc<State>,
}

struct State {
    place: &'static Place,
    platform: Rc<dyn Platform>,
    /// None while it is closed, and while somebody works with it.
    log: RefCell<Option<Log<OpenFile>>>,
    /// What is done with the log, one after the other: what takes long has turns with others.
    line: Rc<Line>,
    compacting: Cell<bool>,
}

/// An operation on the log; one that reads nothing gives no records.
type Work = Box<
    dyn for<'a> FnOnce(&'a mut Log<OpenFile>) -> LocalBoxFuture<'a, Result<Vec<Record>, FileError>>,
>;

impl OpfsBackend {
    /// A backend in this folder of a place.
    pub fn new(platform: Rc<dyn Platform>, place: &'static Place, folder: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            state: Rc::new(State {
                place,
                platform,
                log: RefCell::default(),
                line: Rc::default(),
                compacting: Cell::default(),
            }),
        }
    }

    /// What `work` gives, in its turn. It is boxed: code of its own for each operation would be much.
    fn run(&self, operation: &'static str, keys: Vec<String>, work: Work) -> Pending<Vec<Record>> {
        let (state, place) = (self.state.clone(), self.state.line.enter());
        Box::pin(async move {
            let _inside = place.await;
            let outcome = state.with_log(work).await.unwrap_or_else(|| {
                Err(named(
                    "InvalidStateError",
                    "the backend is not open; call init to open it",
                ))
            });
            outcome.map_err(|fault| error(state.place, fault, operation, keys))
        })
    }

    fn done(&self, operation: &'static str, keys: Vec<String>, work: Work) -> Pending<()> {
        let work = self.run(operation, keys, work);
        Box::pin(async move { work.await.map(drop) })
    }
}

impl State {
    /// Does `work` with the log, if it is open. Whoever does is inside the line.
    async fn with_log<T>(
        &self,
        work: impl FnOnce(&mut Log<OpenFile>) -> LocalBoxFuture<'_, T>,
    ) -> Option<T> {
        // Work that is given up in the middle of it closes the log.
        let mut log = self.log.take()?;
        let outcome = work(&mut log).await;
        self.log.replace(Some(log));
        Some(outcome)
    }

    /// Compacts the log, step after step, if it is worth it.
    fn compact_soon(self: &Rc<Self>) {
        if self.compacting.replace(true) {
            return;
        }
        let state = self.clone();
        self.platform.spawn(Box::pin(async move {
            loop {
                // Others have a turn first.
                state.platform.next_task().await;
                let _inside = state.line.enter().await;
                let step = state.with_log(|log| Box::pin(log.compact())).await;
                // One that fails is tried again when the log has grown.
                if !matches!(step, Some(Ok(Progress::More))) {
                    break;
                }
            }
            state.compacting.set(false);
        }));
    }
}

impl Backend for OpfsBackend {
    fn name(&self) -> &str {
        self.state.place.name
    }

    fn cache_mode(&self) -> CacheMode {
        CacheMode::Preloaded
    }

    fn init(&self) -> Pending<()> {
        let (folder, state) = (self.folder.clone(), self.state.clone());
        let place = state.line.enter();
        Box::pin(async move {
            let _inside = place.await;
            if state.log.borrow().is_some() {
                return Ok(());
            }
            let opened = match folder::open(state.place, &folder).await {
                Ok(files) => Log::open(files, state.platform.clone()).await,
                Err(fault) => Err(fault),
            };
            let log = opened.map_err(|fault| error(state.place, fault, "init", Vec::new()))?;
            state.log.replace(Some(log));
            Ok(())
        })
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        let named = keys.iter().take(MOST_KEYS).cloned().collect();
        let work: Work = Box::new(|log| Box::pin(async move { log.get_many(&keys).await }));
        self.run("get", named, work)
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        let work: Work = Box::new(|log| Box::pin(async move { log.scan(&prefix).await }));
        self.run("getAll", Vec::new(), work)
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        let state = self.state.clone();
        // Naming the keys is left to State, which knows whose they are; a single one is cheap.
        let keys = batch.only_key();
        let work: Work = Box::new(|log| {
            Box::pin(async move {
                state.compact_soon();
                log.write(&batch).await.map(|()| Vec::new())
            })
        });
        self.done("write", keys, work)
    }

    fn clear(&self) -> Pending<()> {
        let state = self.state.clone();
        let work: Work = Box::new(move |log| {
            state.compact_soon();
            Box::pin(std::future::ready(log.clear().map(|()| Vec::new())))
        });
        self.done("clear", Vec::new(), work)
    }

    fn close(&self) -> Pending<()> {
        let (state, place) = (self.state.clone(), self.state.line.enter());
        Box::pin(async move {
            let _inside = place.await;
            state.log.take();
            Ok(())
        })
    }
}

fn error(place: &Place, cause: FileError, operation: &str, keys: Vec<String>) -> Error {
    Error::browser_storage((place.name, place.title), operation, keys, cause)
}
