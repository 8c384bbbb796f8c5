//! A synchronous file handle.

use super::bindings::{SyncHandle, options};
use pubwiki_lua_runtime::protocol::HostError;
use pubwiki_lua_runtime::storage::log::{File, FileError};
use wasm_bindgen::JsValue;

/// A file that this worker alone has open; it is closed when it is dropped.
pub struct OpenFile(pub SyncHandle);

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl File for OpenFile {
    fn length(&self) -> Result<u64, FileError> {
        self.0.size().map(|length| length as u64).map_err(fault)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<usize, FileError> {
        let read = self.0.read(into, &place(at)).map_err(fault)?;
        Ok(read as usize)
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), FileError> {
        let written = self.0.write(bytes, &place(at)).map_err(fault)?;
        if written as usize == bytes.len() {
            Ok(())
        } else {
            Err(named("QuotaExceededError", "not all could be written"))
        }
    }

    fn truncate(&self, length: u64) -> Result<(), FileError> {
        self.0.truncate(length as f64).map_err(fault)
    }

    fn flush(&self) -> Result<(), FileError> {
        self.0.flush().map_err(fault)
    }
}

fn place(at: u64) -> js_sys::Object {
    options("at", &JsValue::from_f64(at as f64))
}

/// What a `DOMException` says.
pub fn fault(thrown: JsValue) -> FileError {
    let text = |name: &str| {
        js_sys::Reflect::get(&thrown, &name.into())
            .ok()
            .and_then(|text| text.as_string())
    };
    HostError {
        name: text("name").unwrap_or_else(|| "Error".into()),
        message: text("message").unwrap_or_default(),
    }
}

/// A failure that no browser reported.
pub fn named(name: &str, message: &str) -> FileError {
    HostError {
        name: name.into(),
        message: message.into(),
    }
}
