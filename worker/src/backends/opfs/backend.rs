use super::file::{OpenFile, named};
use super::folder;
use gloo_timers::future::TimeoutFuture;
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, Record};
use pubwiki_lua_runtime::storage::log::{Fault, Log, Progress};
use pubwiki_lua_runtime::storage::{Backend, Batch, Pending, Reading};
use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// The backend's name in errors.
const NAME: &str = "opfs";
/// The folder's name when none is given.
const FOLDER: &str = "pubwiki-lua";

/// Records in a log that this worker alone has open.
pub struct OpfsBackend {
    folder: String,
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    log: RefCell<Option<Log<OpenFile>>>,
    /// How often it was opened or closed: an opening that was overtaken is given up.
    turn: Cell<u32>,
    compacting: Cell<bool>,
}

impl OpfsBackend {
    /// A backend in the folder of this name, ours when there is none.
    pub fn new(folder: Option<&str>) -> Self {
        Self {
            folder: folder.unwrap_or(FOLDER).to_owned(),
            state: Rc::default(),
        }
    }

    /// What `work` gives; files that are open take no waiting.
    fn run<T: 'static>(
        &self,
        operation: &'static str,
        keys: Vec<String>,
        work: impl FnOnce(&mut Log<OpenFile>) -> Result<T, Fault>,
    ) -> Pending<T> {
        let outcome = match &mut *self.state.log.borrow_mut() {
            Some(log) => work(log),
            None => Err(named(
                "InvalidStateError",
                "the backend is not open; call init to open it",
            )),
        };
        Box::pin(ready(
            outcome.map_err(|fault| error(fault, operation, keys)),
        ))
    }

    fn compact_soon(&self) {
        if self.state.compacting.replace(true) {
            return;
        }
        let state = self.state.clone();
        spawn_local(async move {
            loop {
                // Others have a turn first.
                TimeoutFuture::new(0).await;
                let step = state.log.borrow_mut().as_mut().map(Log::compact);
                // One that fails is tried again when the log has grown.
                if !matches!(step, Some(Ok(Progress::More))) {
                    break;
                }
            }
            state.compacting.set(false);
        });
    }
}

impl Backend for OpfsBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn reading(&self) -> Reading {
        Reading::Loaded
    }

    fn init(&self) -> Pending<()> {
        let (folder, state) = (self.folder.clone(), self.state.clone());
        let turn = state.next_turn();
        Box::pin(async move {
            if state.log.borrow().is_some() {
                return Ok(());
            }
            let opened = folder::open(&folder).await.and_then(Log::open);
            let log = opened.map_err(|fault| error(fault, "init", Vec::new()))?;
            if state.turn.get() == turn {
                state.log.replace(Some(log));
            }
            Ok(())
        })
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        self.run("get", keys.clone(), |log| {
            let found = keys.iter().map(|key| log.get(key));
            found.filter_map(Result::transpose).collect()
        })
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        self.run("getAll", Vec::new(), |log| log.scan(&prefix))
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        // Naming the keys is left to State, which knows whose they are; a single one is cheap.
        let written = self.run("write", batch.only_key(), |log| log.write((*batch).clone()));
        self.compact_soon();
        written
    }

    fn clear(&self) -> Pending<()> {
        let cleared = self.run("clear", Vec::new(), Log::clear);
        self.compact_soon();
        cleared
    }

    fn close(&self) -> Pending<()> {
        self.state.next_turn();
        self.state.log.take();
        Box::pin(ready(Ok(())))
    }
}

impl State {
    fn next_turn(&self) -> u32 {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        turn
    }
}

fn error(cause: Fault, operation: &str, keys: Vec<String>) -> Error {
    let advice = match cause.name.as_str() {
        "QuotaExceededError" => {
            ": the browser's storage for this site is full; remove what is no longer needed"
        }
        _ => "",
    };
    let message = format!(
        "{operation} failed in OPFS: {}: {}{advice}",
        cause.name, cause.message
    );
    let kind = ErrorKind::Storage {
        backend: NAME.into(),
        operation: operation.into(),
        keys,
        cause: Some(cause),
    };
    Error::new(kind, message)
}
