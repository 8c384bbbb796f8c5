//! Keeps Chromium from losing the whole database to two crashes.
//!
//! Chromium keeps a site's databases in LevelDB. After a crash it goes on writing to the log that
//! was in use, though its last entry may be torn, and be it only what it notes for itself when a
//! database is closed. At the next opening it finds that log damaged, and removes all that the
//! site has stored. Removing a database, a new one too, makes LevelDB write out what is in its log
//! and begin another.

use super::bindings::{Request, factory};
use super::idb_error::IdbError;
use super::request::{ended, opened};
use futures::channel::oneshot;
use futures::future::select;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};

/// A database that is there for a moment.
const SCRATCH: &str = "pubwiki-lua/scratch";
/// How long writes wait for the new log; it takes some 40 ms when the old one is full.
const LIMIT_MS: u32 = 1_000;

/// Makes the browser begin a new log, where it is one that needs to. The promise resolves when
/// it has, or could not: what is in the way there, a full disk perhaps, is in the way of writes
/// too, which tell.
pub fn begin() -> Promise {
    future_to_promise(async {
        if is_chromium() {
            let (done, replaced) = oneshot::channel::<()>();
            // A task of its own: it closes what it opened, however late.
            spawn_local(async move {
                let _ = replace_log().await;
                drop(done);
            });
            select(replaced, TimeoutFuture::new(LIMIT_MS)).await;
        }
        Ok(JsValue::UNDEFINED)
    })
}

async fn replace_log() -> Result<(), IdbError> {
    let Some(factory) = factory() else {
        return Ok(());
    };
    let fault = |thrown: JsValue| IdbError::of(&thrown);
    let made: Request = factory.open(SCRATCH).map_err(fault)?;
    opened(&made).await?.close();
    let removed = factory.delete_database(SCRATCH).map_err(fault)?;
    ended(&removed).await.map(drop).map_err(fault)
}

/// Whether the browser tells of databases that it had to remove, as Chromium alone does.
fn is_chromium() -> bool {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into());
    get(&js_sys::global(), "IDBVersionChangeEvent")
        .and_then(|event| get(&event, "prototype"))
        .and_then(|told| js_sys::Reflect::has(&told, &"dataLoss".into()))
        .unwrap_or(false)
}
