//! Failures of IndexedDB, as errors.

use pubwiki_lua_runtime::protocol::{Error, HostError};
use wasm_bindgen::JsValue;

/// The backend's name in errors.
pub const NAME: &str = "indexeddb";

/// Why a transaction or an opening failed.
pub enum IdbError {
    /// The connection is gone: with a new one the same may work.
    Lost(HostError),
    /// It will fail again.
    Final(HostError),
}

impl IdbError {
    /// What a `DOMException` says; `null` stands for a transaction that was aborted from
    /// outside, which happens when its connection is closed.
    pub fn of(thrown: &JsValue) -> Self {
        if thrown.is_null() || thrown.is_undefined() {
            return Self::Lost(host_error("AbortError", "the transaction was aborted"));
        }
        let text = |name: &str| {
            js_sys::Reflect::get(thrown, &name.into())
                .ok()
                .and_then(|text| text.as_string())
        };
        let error = HostError {
            name: text("name").unwrap_or_else(|| "Error".into()),
            message: text("message").unwrap_or_default(),
        };
        match error.name.as_str() {
            // UnknownError is also what a full disk or a broken file gives: then it comes again.
            "AbortError" | "InvalidStateError" | "NotFoundError" | "UnknownError" => {
                Self::Lost(error)
            }
            _ => Self::Final(error),
        }
    }

    /// A failure that no browser reported.
    pub fn new(name: &str, message: &str) -> Self {
        Self::Final(host_error(name, message))
    }

    /// The database holds what is not ours.
    pub fn foreign() -> Self {
        Self::new(
            "DataError",
            "the database holds a row that pubwiki-lua has not written",
        )
    }

    /// The error for the page.
    pub fn into_error(self, operation: &str, keys: Vec<String>) -> Error {
        let (Self::Lost(cause) | Self::Final(cause)) = self;
        Error::browser_storage((NAME, "IndexedDB"), operation, keys, cause)
    }
}

fn host_error(name: &str, message: &str) -> HostError {
    HostError {
        name: name.into(),
        message: message.into(),
    }
}
