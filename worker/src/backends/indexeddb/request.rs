//! Waiting for requests to open a database.

use super::bindings::{Database, Request};
use super::idb_error::IdbError;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use pubwiki_lua_runtime::protocol::limits::OPEN_DATABASE_MS;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Ends when the request has; fails when it failed.
pub fn ended(request: &Request) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(&resolve);
        request.set_onerror(&reject);
    }))
}

/// Waits until a request to open has ended.
pub async fn opened(request: &Request) -> Result<Database, IdbError> {
    // A request that is blocked waits for the other tabs, which are asked to leave.
    match select(ended(request), TimeoutFuture::new(OPEN_DATABASE_MS)).await {
        Either::Left((Ok(_), _)) => request
            .result()
            .map(|database| database.unchecked_into())
            .map_err(|thrown| IdbError::of(&thrown)),
        Either::Left((Err(_), _)) => Err(IdbError::of(&request.error().unwrap_or(JsValue::NULL))),
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
            Err(IdbError::new(
                "TimeoutError",
                "another tab keeps the database from being opened; close that tab",
            ))
        }
    }
}
