use super::bindings::{Database, Factory, Happening, Request, factory};
use super::fault::Fault;
use super::transaction::{MARKS, STORE};
use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use pubwiki_lua_runtime::storage::{Changes, Listeners};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// How long opening may take: another tab can keep it waiting for as long as it likes.
const LIMIT_MS: u32 = 30_000;

/// The connection to a database: opened when it is needed, and again when it was lost.
pub struct Connection {
    name: String,
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
}

impl Connection {
    /// A connection to the database of this name, not yet opened.
    pub fn new(name: String, listeners: Rc<Listeners>) -> Rc<Self> {
        Rc::new(Self {
            name,
            listeners,
            open: RefCell::new(None),
        })
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The open connection.
    pub async fn get(self: &Rc<Self>) -> Result<Rc<Open>, Fault> {
        if let Some(open) = &*self.open.borrow() {
            return Ok(open.clone());
        }
        let open = self.connect().await?;
        // Another call may have been faster; the one that is not kept closes itself.
        Ok(self.open.borrow_mut().get_or_insert(open).clone())
    }

    /// Lets go of a connection that has failed.
    pub fn forget(&self, failed: &Rc<Open>) {
        let mut open = self.open.borrow_mut();
        if open.as_ref().is_some_and(|open| Rc::ptr_eq(open, failed)) {
            *open = None;
        }
    }

    /// Closes the connection; transactions under way end first.
    pub fn close(&self) {
        self.open.take();
    }

    async fn connect(self: &Rc<Self>) -> Result<Rc<Open>, Fault> {
        let factory = factory().ok_or_else(|| {
            Fault::new(
                "NotSupportedError",
                "this place has no IndexedDB; choose another storage backend",
            )
        })?;
        // Without a version an existing database is taken as it is, whoever upgraded it.
        let mut database = made(factory.open(&self.name)).await?;
        if !is_whole(&database) {
            let version = database.version() + 1.0;
            database.close();
            database = self.upgrade(&factory, version).await?;
        }
        Ok(self.watch(database))
    }

    async fn upgrade(&self, factory: &Factory, version: f64) -> Result<Database, Fault> {
        let database = made(factory.open_version(&self.name, version)).await?;
        if is_whole(&database) {
            return Ok(database);
        }
        database.close();
        Err(Fault::new(
            "NotFoundError",
            "the database has no place for records and cannot be given one",
        ))
    }

    /// Another tab that upgrades or deletes the database must not wait for this one, and a
    /// connection that the browser ended is of no use: either way the next call connects anew.
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
                        connection.listeners.tell(&Changes::All);
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

/// Waits until a request to open has ended, making the store if the database is new.
async fn made(request: Result<Request, JsValue>) -> Result<Database, Fault> {
    let request = Rc::new(request.map_err(|thrown| Fault::of(&thrown))?);
    let upgrading = request.clone();
    let upgrade = Closure::<dyn FnMut()>::new(move || {
        if let Ok(database) = upgrading.result() {
            // If this fails the store is missing afterwards, which the caller looks for.
            let _ = create_store(database.unchecked_ref());
        }
    });
    request.set_onupgradeneeded(upgrade.as_ref().unchecked_ref());
    opened(&request).await
}

/// Waits until a request to open has ended.
pub async fn opened(request: &Request) -> Result<Database, Fault> {
    let ended = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(&resolve);
        request.set_onerror(&reject);
    });
    // A request that is blocked waits for the other tabs, which are asked to leave.
    match select(JsFuture::from(ended), TimeoutFuture::new(LIMIT_MS)).await {
        Either::Left((Ok(_), _)) => request
            .result()
            .map(|database| database.unchecked_into())
            .map_err(|thrown| Fault::of(&thrown)),
        Either::Left((Err(_), _)) => Err(Fault::of(&request.error().unwrap_or(JsValue::NULL))),
        Either::Right(_) => {
            // One that comes after all must not keep others waiting, nor make a database.
            let late = request.clone();
            let refuse = Closure::<dyn FnMut()>::new(move || {
                // Fails where nothing is being upgraded.
                let _ = late.transaction().abort();
                if let Ok(database) = late.result() {
                    database.unchecked_ref::<Database>().close();
                }
            });
            let refuse = refuse.into_js_value();
            request.set_onupgradeneeded(refuse.unchecked_ref());
            request.set_onsuccess(refuse.unchecked_ref());
            Err(Fault::new(
                "TimeoutError",
                "another tab keeps the database from being opened; close that tab",
            ))
        }
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
