//! The connection to a database, opened again when it was lost.

use super::bindings::{Database, Factory, Happening, Request, factory};
use super::fresh_log;
use super::idb_error::IdbError;
use super::request::opened;
use super::schema::{MARKS, STORE, Tell};
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use js_sys::{Object, Promise, Reflect};
use pubwiki_lua_runtime::json::quoted;
use pubwiki_lua_runtime::protocol::Notice;
use pubwiki_lua_runtime::storage::{Changes, Listeners};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The connection to a database: opened when it is needed, and again when it was lost.
pub struct Connection {
    name: String,
    /// Tells the page something.
    tell: Tell,
    /// Who hears that it was lost, and what was stored perhaps too.
    listeners: Rc<Listeners>,
    open: RefCell<Option<Rc<Open>>>,
}

/// One connection's life.
pub struct Open {
    /// The database.
    pub database: Database,
    /// Who waits for a transaction. When the browser ends a connection, it may forget to say that
    /// the transactions have ended too.
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
    /// Resolves once the browser writes to a log that it has begun since.
    fresh_log: OnceCell<Promise>,
    _leave: Closure<dyn FnMut(Happening)>,
}

impl Open {
    /// Ends when the browser ends the connection.
    pub fn lost(&self) -> oneshot::Receiver<()> {
        let (sender, lost) = oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain(|sender| !sender.is_canceled());
        waiting.push(sender);
        lost
    }

    /// Makes the browser begin a new log, the first time. Not before the first transaction: what
    /// the browser does for it would delay the records that a session begins with.
    pub fn begin_fresh_log(&self) -> &Promise {
        self.fresh_log.get_or_init(fresh_log::begin)
    }

    /// Ends when what is written cannot be lost to a log that a crash has torn.
    pub async fn fresh_log(&self) {
        // It never rejects.
        let _ = JsFuture::from(self.begin_fresh_log().clone()).await;
    }
}

impl Connection {
    /// A connection to the database of this name, not yet opened.
    pub fn new(name: String, tell: Tell, listeners: Rc<Listeners>) -> Rc<Self> {
        Rc::new(Self {
            name,
            tell,
            listeners,
            open: RefCell::new(None),
        })
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The open connection.
    pub async fn get(self: &Rc<Self>) -> Result<Rc<Open>, IdbError> {
        if let Some(open) = &*self.open.borrow() {
            return Ok(open.clone());
        }
        let open = self.connect().await?;
        // Another call may have been faster; the one that is not kept closes itself.
        Ok(self.open.borrow_mut().get_or_insert(open).clone())
    }

    /// Releases a connection that has failed.
    pub fn forget(&self, failed: &Rc<Open>) {
        let mut open = self.open.borrow_mut();
        if open.as_ref().is_some_and(|open| Rc::ptr_eq(open, failed)) {
            *open = None;
        }
    }

    /// Closes the connection; transactions in progress end first.
    pub fn close(&self) -> LocalBoxFuture<'static, ()> {
        let open = self.open.take();
        Box::pin(async move {
            if let Some(open) = open {
                open.fresh_log().await;
            }
        })
    }

    async fn connect(self: &Rc<Self>) -> Result<Rc<Open>, IdbError> {
        let factory = factory().ok_or_else(|| {
            IdbError::new(
                "NotSupportedError",
                "this place has no IndexedDB; choose another storage backend",
            )
        })?;
        // Without a version an existing database is taken as it is, whoever upgraded it.
        let mut database = self.made(factory.open(&self.name)).await?;
        if !is_whole(&database) {
            let version = database.version() + 1.0;
            database.close();
            database = self.upgrade(&factory, version).await?;
        }
        Ok(self.watch(database))
    }

    async fn upgrade(&self, factory: &Factory, version: f64) -> Result<Database, IdbError> {
        let database = self.made(factory.open_version(&self.name, version)).await?;
        if is_whole(&database) {
            return Ok(database);
        }
        database.close();
        Err(IdbError::new(
            "NotFoundError",
            "the database has no place for records and cannot be given one",
        ))
    }

    /// Waits until a request to open has ended, making the store if the database is new.
    async fn made(&self, request: Result<Request, JsValue>) -> Result<Database, IdbError> {
        let request = request.map_err(|thrown| IdbError::of(&thrown))?;
        let upgrading = request.clone();
        let lost = Rc::new(Cell::new(None));
        let loss = lost.clone();
        let upgrade = Closure::<dyn FnMut(Happening)>::new(move |event: Happening| {
            if event.data_loss().as_string().as_deref() == Some("total") {
                loss.set(event.data_loss_message().as_string());
            }
            if let Ok(database) = upgrading.result() {
                // If this fails the store is missing afterwards, which the caller looks for.
                let _ = create_store(database.unchecked_ref());
            }
        });
        request.set_onupgradeneeded(upgrade.as_ref().unchecked_ref());
        let outcome = opened(&request).await;
        if let Some(why) = lost.take() {
            let name = quoted(&self.name);
            (self.tell)(Notice {
                code: "STORAGE_LOST".into(),
                message: format!(
                    "the browser found its IndexedDB storage damaged and has removed the database {name}, \
                     which starts again, empty: {why}"
                ),
            });
        }
        outcome
    }

    /// Another tab that upgrades or deletes the database must not wait for this one, and a
    /// connection that the browser ended is of no use: either way the next call connects again.
    fn watch(self: &Rc<Self>, database: Database) -> Rc<Open> {
        let connection = Rc::downgrade(self);
        Rc::new_cyclic(|open: &Weak<Open>| {
            let open = open.clone();
            let leave = Closure::<dyn FnMut(Happening)>::new(move |event: Happening| {
                if let Some(open) = open.upgrade() {
                    open.database.close();
                    if event.kind() == "close" {
                        open.waiting.take();
                    }
                    if let Some(connection) = connection.upgrade() {
                        connection.forget(&open);
                        connection.listeners.tell(Changes::All);
                    }
                    // Not here: it holds the closure that is running.
                    spawn_local(async move { drop(open) });
                }
            });
            database.set_onversionchange(leave.as_ref().unchecked_ref());
            database.set_onclose(leave.as_ref().unchecked_ref());
            Open {
                database,
                waiting: RefCell::default(),
                fresh_log: OnceCell::new(),
                _leave: leave,
            }
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // The handlers' closure goes with this.
        self.database
            .set_onversionchange(JsValue::NULL.unchecked_ref());
        self.database.set_onclose(JsValue::NULL.unchecked_ref());
        self.database.close();
    }
}

fn is_whole(database: &Database) -> bool {
    let names = database.object_store_names();
    names.contains(STORE) && names.contains(MARKS)
}

fn create_store(database: &Database) -> Result<(), JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"keyPath".into(), &"key".into())?;
    for store in [STORE, MARKS] {
        if !database.object_store_names().contains(store) {
            database.create_object_store(store, &options)?;
        }
    }
    Ok(())
}
