//! The backend.

use super::bindings::{Request, Row, Store, remove_expired};
use super::connection::Connection;
use super::idb_error::{IdbError, NAME};
use super::original;
use super::scan::{records, scan};
use super::schema::Tell;
use super::transaction::{Access, transact};
use super::write::write;
use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;
use js_sys::Array;
use pubwiki_lua_runtime::pace::Pace;
use pubwiki_lua_runtime::platform::Platform;
use pubwiki_lua_runtime::protocol::{Durability, MOST_KEYS, Record};
use pubwiki_lua_runtime::storage::{
    Backend, Batch, CacheMode, Changes, Expired, Heard, Membership, Pending,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The database's name when none is given.
const DATABASE: &str = "pubwiki-lua";

/// Records in IndexedDB: one store, one transaction per batch.
pub struct IndexedDbBackend {
    connection: Rc<Connection>,
    durability: Durability,
    /// Tells the page something; none for a database that does not take over the original's.
    import: Option<Tell>,
    closed: Rc<Cell<bool>>,
    platform: Rc<dyn Platform>,
    /// The others are notified of writes, and heard.
    membership: Membership,
}

/// How many keys are asked for in one transaction.
const PART: usize = 500;

impl IndexedDbBackend {
    /// A backend on the database of this name, ours when there is none, whose writes wait for
    /// what `durability` says.
    pub fn new(
        platform: Rc<dyn Platform>,
        database: Option<&str>,
        durability: Durability,
        tell: Tell,
    ) -> Self {
        let membership = Membership::default();
        let name = database.unwrap_or(DATABASE).to_owned();
        Self {
            connection: Connection::new(name, tell.clone(), membership.listeners().clone()),
            durability,
            import: database.is_none().then_some(tell),
            closed: Rc::default(),
            platform,
            membership,
        }
    }

    fn pace(&self) -> Pace {
        Pace::new(self.platform.clone())
    }

    /// What `work` gives, or its failure as the failure of `operation` on `keys`.
    fn run<T: 'static>(
        &self,
        operation: &'static str,
        keys: Vec<String>,
        work: impl FnOnce(Rc<Connection>) -> LocalBoxFuture<'static, Result<T, IdbError>> + 'static,
    ) -> Pending<T> {
        let (connection, closed) = (self.connection.clone(), self.closed.clone());
        Box::pin(async move {
            let outcome = if closed.get() {
                Err(IdbError::new(
                    "InvalidStateError",
                    "the backend is closed; call init to open it again",
                ))
            } else {
                work(connection).await
            };
            outcome.map_err(|fault| fault.into_error(operation, keys))
        })
    }
}

impl Backend for IndexedDbBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn cache_mode(&self) -> CacheMode {
        CacheMode::Preloaded
    }

    fn init(&self) -> Pending<()> {
        self.closed.set(false);
        let name = format!("indexeddb/{}", self.connection.name());
        self.membership.join(self.platform.clone(), &name);
        let (import, platform) = (self.import.clone(), self.platform.clone());
        let connected = self.run("init", Vec::new(), |connection| {
            Box::pin(async move { connection.get().await.map(|_| connection) })
        });
        Box::pin(async move {
            let connection = connected.await?;
            match import {
                Some(tell) => original::import(&connection, &tell, &platform).await,
                None => Ok(()),
            }
        })
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        let named = keys.iter().take(MOST_KEYS).cloned().collect();
        self.run("get", named, |connection| {
            Box::pin(get_many(connection, keys))
        })
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        let pace = self.pace();
        self.run("getAll", Vec::new(), |connection| {
            Box::pin(scan(connection, prefix, pace))
        })
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        self.write_noting(batch, &Rc::default())
    }

    fn write_noting(&self, batch: Rc<Batch>, done: &Rc<Cell<u32>>) -> Pending<()> {
        let done = done.clone();
        let access = Access::Write(self.durability);
        let (peers, platform) = (self.membership.peers(), self.platform.clone());
        // Naming the keys is left to State, which knows whose they are; a single one is cheap.
        self.run("write", batch.only_key(), move |connection| {
            Box::pin(async move {
                let make = |store: &Store| write(store, &batch, &platform, &done);
                transact(&connection, access, &make).await?;
                if let Some(peers) = peers {
                    peers.tell(Changes::of(batch.keys()));
                }
                Ok(())
            })
        })
    }

    fn remove_expired(&self, expired: Vec<Expired>) -> Pending<Vec<Record>> {
        let access = Access::Write(self.durability);
        let (peers, pace) = (self.membership.peers(), self.pace());
        self.run("write", Vec::new(), move |connection| {
            Box::pin(async move {
                let (keys, mut times) = (Array::new(), Vec::with_capacity(expired.len()));
                for Expired { key, expires_at } in &expired {
                    keys.push(&JsValue::from(key));
                    times.push(*expires_at);
                    pace.after(0).await;
                }
                let renewed = RefCell::new(Array::new());
                let remove = |store: &Store| {
                    renewed.replace(remove_expired(store, &keys, &times)?);
                    Ok(())
                };
                transact(&connection, access, &remove).await?;
                if let Some(peers) = peers {
                    peers.tell(Changes::of(expired.iter().map(|of| &of.key)));
                }
                records(&renewed.take(), &pace).await
            })
        })
    }

    fn clear(&self) -> Pending<()> {
        let access = Access::Write(self.durability);
        let peers = self.membership.peers();
        self.run("clear", Vec::new(), move |connection| {
            Box::pin(async move {
                transact(&connection, access, &|store| store.clear().map(drop)).await?;
                if let Some(peers) = peers {
                    peers.tell(Changes::All);
                }
                Ok(())
            })
        })
    }

    fn close(&self) -> Pending<()> {
        self.closed.set(true);
        self.membership.leave();
        let connection = self.connection.close();
        Box::pin(async move {
            connection.await;
            Ok(())
        })
    }

    fn changes(&self) -> Option<LocalBoxStream<'static, Heard>> {
        self.membership.changes()
    }

    fn propagated(&self) -> LocalBoxFuture<'static, ()> {
        self.membership.propagated()
    }
}

async fn get_many(connection: Rc<Connection>, keys: Vec<String>) -> Result<Vec<Record>, IdbError> {
    let mut records = Vec::with_capacity(keys.len());
    for keys in keys.chunks(PART) {
        let asked = RefCell::new(Vec::new());
        let ask = |store: &Store| {
            let requests = keys.iter().map(|key| store.get(key));
            asked.replace(requests.collect::<Result<Vec<Request>, JsValue>>()?);
            Ok(())
        };
        transact(&connection, Access::Read, &ask).await?;
        for answer in asked.take() {
            let found = answer.result().map_err(|thrown| IdbError::of(&thrown))?;
            if !found.is_undefined() {
                records.push(
                    Row::from_value(found)
                        .and_then(|row| row.record())
                        .ok_or_else(IdbError::foreign)?,
                );
            }
        }
    }
    Ok(records)
}
