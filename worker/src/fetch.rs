//! `fetch` in the worker's global scope: no login goes along, and a body that grows too large
//! is not read to its end.

use js_sys::{Reflect, Uint8Array};
use pubwiki_lua_runtime::platform::{FetchError, FetchRequest, Fetched};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, Response, WorkerGlobalScope,
};

/// GETs; the request is aborted when this is dropped.
///
/// # Errors
/// As [`pubwiki_lua_runtime::platform::Platform::fetch`].
pub async fn fetch(request: FetchRequest) -> Result<Fetched, FetchError> {
    get(&request).await.map_err(|failed| match failed {
        Failed::TooLarge => FetchError::TooLarge,
        Failed::Thrown(error) => FetchError::Failed(describe(&error)),
    })
}

enum Failed {
    TooLarge,
    Thrown(JsValue),
}

impl From<JsValue> for Failed {
    fn from(error: JsValue) -> Self {
        Self::Thrown(error)
    }
}

/// Aborts what is in progress when it is dropped; what has ended stays as it is.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn get(request: &FetchRequest) -> Result<Fetched, Failed> {
    let scope: WorkerGlobalScope = js_sys::global().dyn_into().map_err(JsValue::from)?;
    let controller = AbortOnDrop(AbortController::new()?);
    let init = RequestInit::new();
    init.set_signal(Some(&controller.0.signal()));
    init.set_credentials(RequestCredentials::Omit);
    // The session keeps modules itself; what the browser kept may be old.
    init.set_cache(RequestCache::NoCache);
    init.set_redirect(if request.follow_redirects {
        RequestRedirect::Follow
    } else {
        RequestRedirect::Error
    });
    let promise = scope.fetch_with_str_and_init(&request.url, &init);
    let response: Response = JsFuture::from(promise).await?.dyn_into()?;
    Ok(Fetched {
        redirected_to: response.redirected().then(|| response.url()),
        status: response.status(),
        body: body(&response, request.limit_bytes).await?,
    })
}

async fn body(response: &Response, limit: usize) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    let Some(stream) = response.body() else {
        return Ok(bytes);
    };
    // A reader of the default kind, as none was named.
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            return Ok(bytes);
        }
        let chunk: Uint8Array = Reflect::get(&part, &"value".into())?.dyn_into()?;
        if bytes.len() + chunk.length() as usize > limit {
            return Err(Failed::TooLarge);
        }
        bytes.extend(chunk.to_vec());
    }
}

fn describe(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || "an exception that is not an Error".into(),
        |error| String::from(error.to_string()),
    )
}
