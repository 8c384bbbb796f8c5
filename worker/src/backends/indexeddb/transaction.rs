//! Transactions, tried again when the connection was lost.

use super::bindings::{Store, Transaction};
use super::connection::{Connection, Open};
use super::idb_error::IdbError;
use super::schema::STORE;
use futures::future::{Either, LocalBoxFuture, join, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use pubwiki_lua_runtime::protocol::Durability;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// How long is waited before a transaction is tried again whose connection was lost, each time,
/// in milliseconds: a database that is being removed cannot be opened yet.
const PAUSES_MS: [u32; 4] = [0, 50, 250, 1_250];

/// The access that a transaction has.
#[derive(Clone, Copy)]
pub enum Access {
    /// Read.
    Read,
    /// Read and write; `complete` comes when the data is as durable as asked for.
    Write(Durability),
}

/// Makes requests in a transaction.
pub type Work<'a> = &'a dyn Fn(&Store) -> Result<(), JsValue>;

/// Makes the requests of `work` in one transaction, and ends once the transaction is complete: all of it
/// has happened then, or nothing. `work` is called again when the connection was lost.
pub fn transact<'a>(
    connection: &'a Rc<Connection>,
    access: Access,
    work: Work<'a>,
) -> LocalBoxFuture<'a, Result<(), IdbError>> {
    Box::pin(async move {
        let mut pauses = PAUSES_MS.into_iter();
        loop {
            let outcome = match connection.get().await {
                Ok(open) => once(&open, access, work).await.inspect_err(|fault| {
                    if let IdbError::Lost(_) = fault {
                        connection.forget(&open);
                    }
                }),
                Err(fault) => Err(fault),
            };
            match (outcome, pauses.next()) {
                (Err(IdbError::Lost(_)), Some(ms)) => TimeoutFuture::new(ms).await,
                (outcome, _) => return outcome,
            }
        }
    })
}

async fn once(open: &Open, access: Access, work: Work<'_>) -> Result<(), IdbError> {
    let fault = |thrown: JsValue| IdbError::of(&thrown);
    let transaction = open
        .database
        .transaction(STORE, access.mode(), &access.options())
        .map_err(fault)?;
    // From here to the waiting nothing else may run: a transaction without requests ends.
    let made = transaction
        .object_store(STORE)
        .and_then(|store| work(&store));
    if made.is_err() {
        // It has ended by itself when this fails.
        let _ = transaction.abort();
    }
    let durable = async {
        match access {
            Access::Read => {
                let ended = complete(&transaction).await;
                open.begin_fresh_log();
                ended
            }
            Access::Write(_) => join(complete(&transaction), open.fresh_log()).await.0,
        }
    };
    let ended = match select(pin!(durable), open.lost()).await {
        Either::Left((ended, _)) => ended,
        Either::Right(_) => Err(IdbError::of(&JsValue::NULL)),
    };
    made.map_err(fault).and(ended)
}

/// Waits until a transaction has ended.
pub async fn complete(transaction: &Transaction) -> Result<(), IdbError> {
    let ended = Promise::new(&mut |resolve: Function, reject: Function| {
        transaction.set_oncomplete(&resolve);
        transaction.set_onabort(&reject);
    });
    // A request that fails, for lack of space too, aborts its transaction.
    match JsFuture::from(ended).await {
        Ok(_) => Ok(()),
        Err(_) => Err(IdbError::of(&transaction.failure())),
    }
}

impl Access {
    pub fn mode(self) -> &'static str {
        match self {
            Self::Read => "readonly",
            Self::Write(_) => "readwrite",
        }
    }

    pub fn options(self) -> Object {
        let options = Object::new();
        if let Self::Write(durability) = self {
            let hint = match durability {
                Durability::Relaxed => "relaxed",
                Durability::Strict => "strict",
            };
            // A plain new object takes any property.
            let _ = Reflect::set(&options, &"durability".into(), &hint.into());
        }
        options
    }
}
