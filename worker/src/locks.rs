//! Web Locks: one holder at a time, over all tabs of the origin.

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Function, Promise, Reflect};
use pubwiki_lua_runtime::protocol::{Error, HostError};
use std::any::Any;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `LockManager`.
    type Manager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &Manager, name: &str, granted: &Function) -> Result<Promise, JsValue>;
}

/// Releases a lock, or withdraws the request for it, when it is dropped.
struct Held {
    release: Option<Function>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // A promise's own resolve does not throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for the lock `name`, and holds it until what this gives is dropped.
///
/// # Errors
/// [`ErrorKind::Storage`](pubwiki_lua_runtime::protocol::ErrorKind::Storage) where there are no Web Locks, or none are given.
pub async fn hold(name: String) -> Result<Box<dyn Any>, Error> {
    let manager = manager().ok_or_else(|| {
        failure(
            &name,
            "NotSupportedError",
            "it has no Web Locks; load the page over https",
        )
    })?;
    let mut held = Held { release: None };
    let until_released = Promise::new(&mut |resolve, _| held.release = Some(resolve));
    let (grant, granted) = oneshot::channel();
    // It is called even when nobody waits any more, and then the promise is resolved already.
    let callback = Closure::once_into_js(move |_: JsValue| {
        let _ = grant.send(());
        until_released
    });
    let thrown = |thrown: JsValue| {
        let text = |field: &str| {
            Reflect::get(&thrown, &field.into())
                .ok()
                .and_then(|text| text.as_string())
        };
        failure(
            &name,
            &text("name").unwrap_or_else(|| "Error".into()),
            &text("message").unwrap_or_default(),
        )
    };
    let request = manager
        .request(&name, callback.unchecked_ref())
        .map_err(thrown)?;
    match select(granted, JsFuture::from(request)).await {
        Either::Left((Ok(()), _)) => Ok(Box::new(held)),
        Either::Right((Err(error), _)) => Err(thrown(error)),
        Either::Left((Err(_), _)) | Either::Right((Ok(_), _)) => {
            Err(failure(&name, "AbortError", "it was taken away"))
        }
    }
}

fn manager() -> Option<Manager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

fn failure(lock: &str, name: &str, message: &str) -> Error {
    let text = format!("the browser gives no lock '{lock}': {name}: {message}");
    let cause = HostError {
        name: name.into(),
        message: message.into(),
    };
    Error::storage("locks", "lock", Vec::new(), Some(cause), text)
}
