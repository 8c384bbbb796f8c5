//! A record as a row of the object store.

use super::bindings::Row;
use js_sys::Object;
use pubwiki_lua_runtime::protocol::Record;
use wasm_bindgen::{JsCast as _, JsValue};

impl Row {
    /// The row that keeps `record`.
    pub fn of(record: &Record) -> Self {
        let row: Self = Object::new().unchecked_into();
        row.set_row_key(&record.key);
        row.set_json(&record.value);
        row.set_created_at(record.created_at);
        row.set_updated_at(record.updated_at);
        if let Some(at) = record.expires_at {
            row.set_expires_at(at);
        }
        row
    }

    /// The record that the row keeps. None when it is not a row of ours.
    pub fn record(&self) -> Option<Record> {
        let expires_at = self.expires_at();
        Some(Record {
            key: self.row_key().as_string()?,
            value: self.json().as_string()?,
            created_at: self.created_at().as_f64()?,
            updated_at: self.updated_at().as_f64()?,
            expires_at: if expires_at.is_undefined() {
                None
            } else {
                Some(expires_at.as_f64()?)
            },
            version: None,
        })
    }

    /// `value` as a row, if it is an object.
    pub fn from_value(value: JsValue) -> Option<Self> {
        value.is_object().then(|| value.unchecked_into())
    }
}
