//! The part of IndexedDB's interface that is used here. `web-sys` has no durability in its
//! stable part, and its classes cost glue that nothing needs.

use js_sys::{Array, Function, JsString, Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `IDBFactory`.
    pub type Factory;
    #[wasm_bindgen(method, catch)]
    pub fn open(this: &Factory, name: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = open)]
    pub fn open_version(this: &Factory, name: &str, version: f64) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = deleteDatabase)]
    pub fn delete_database(this: &Factory, name: &str) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn databases(this: &Factory) -> Result<Promise, JsValue>;

    /// `IDBRequest` and `IDBOpenDBRequest`.
    #[derive(Clone)]
    pub type Request;
    #[wasm_bindgen(method, getter, catch)]
    pub fn result(this: &Request) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn error(this: &Request) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, setter)]
    pub fn set_onsuccess(this: &Request, handler: &Function);
    #[wasm_bindgen(method, setter)]
    pub fn set_onerror(this: &Request, handler: &Function);
    #[wasm_bindgen(method, setter)]
    pub fn set_onupgradeneeded(this: &Request, handler: &Function);

    #[wasm_bindgen(method, getter)]
    pub fn transaction(this: &Request) -> Transaction;

    /// `Event`.
    pub type Happening;
    #[wasm_bindgen(method, getter, js_name = type)]
    pub fn kind(this: &Happening) -> String;
    /// Chromium's word for what it had to remove, `none` or `total`, and why; elsewhere undefined.
    #[wasm_bindgen(method, getter, js_name = dataLoss)]
    pub fn data_loss(this: &Happening) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = dataLossMessage)]
    pub fn data_loss_message(this: &Happening) -> JsValue;
    #[wasm_bindgen(method, js_name = preventDefault)]
    pub fn prevent_default(this: &Happening);
    #[wasm_bindgen(method, js_name = stopPropagation)]
    pub fn stop_propagation(this: &Happening);

    /// `IDBDatabase`.
    #[derive(Clone)]
    pub type Database;
    #[wasm_bindgen(method, getter)]
    pub fn version(this: &Database) -> f64;
    #[wasm_bindgen(method, getter, js_name = objectStoreNames)]
    pub fn object_store_names(this: &Database) -> Names;
    #[wasm_bindgen(method, catch, js_name = createObjectStore)]
    pub fn create_object_store(
        this: &Database,
        name: &str,
        options: &Object,
    ) -> Result<Store, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn transaction(
        this: &Database,
        store: &str,
        mode: &str,
        options: &Object,
    ) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method, catch, js_name = transaction)]
    pub fn transaction_of(
        this: &Database,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    pub fn close(this: &Database);
    #[wasm_bindgen(method, setter)]
    pub fn set_onversionchange(this: &Database, handler: &Function);
    #[wasm_bindgen(method, setter)]
    pub fn set_onclose(this: &Database, handler: &Function);

    /// `DOMStringList`.
    pub type Names;
    #[wasm_bindgen(method)]
    pub fn contains(this: &Names, name: &str) -> bool;

    /// `IDBTransaction`.
    #[derive(Clone)]
    pub type Transaction;
    #[wasm_bindgen(method, catch, js_name = objectStore)]
    pub fn object_store(this: &Transaction, name: &str) -> Result<Store, JsValue>;
    #[wasm_bindgen(method, getter, js_name = error)]
    pub fn failure(this: &Transaction) -> JsValue;
    #[wasm_bindgen(method, catch)]
    pub fn abort(this: &Transaction) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter)]
    pub fn set_oncomplete(this: &Transaction, handler: &Function);
    #[wasm_bindgen(method, setter)]
    pub fn set_onabort(this: &Transaction, handler: &Function);

    /// `IDBObjectStore`.
    #[derive(Clone)]
    pub type Store;
    #[wasm_bindgen(method, catch)]
    pub fn put(this: &Store, row: &Row) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = put)]
    pub fn request_put(this: &Store, row: &Row) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn add(this: &Store, row: &Row) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn delete(this: &Store, key: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = delete)]
    pub fn request_delete(this: &Store, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn get(this: &Store, key: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAll)]
    pub fn get_all(this: &Store, range: &JsValue) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn clear(this: &Store) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, getter)]
    pub fn transaction(this: &Store) -> Transaction;

    /// `IDBKeyRange`.
    pub type KeyRange;
    #[wasm_bindgen(static_method_of = KeyRange, js_class = IDBKeyRange, js_name = lowerBound, catch)]
    pub fn lower_bound(lower: &JsString) -> Result<KeyRange, JsValue>;
    #[wasm_bindgen(static_method_of = KeyRange, js_class = IDBKeyRange, catch)]
    pub fn bound(
        lower: &JsString,
        upper: &JsString,
        lower_open: bool,
        upper_open: bool,
    ) -> Result<KeyRange, JsValue>;

    /// A stored row: a record with its value as JSON text.
    #[wasm_bindgen(extends = Object)]
    pub type Row;
    #[wasm_bindgen(method, getter, js_name = key)]
    pub fn row_key(this: &Row) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = key)]
    pub fn set_row_key(this: &Row, key: &str);
    #[wasm_bindgen(method, getter)]
    pub fn json(this: &Row) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub fn set_json(this: &Row, json: &str);
    #[wasm_bindgen(method, getter, js_name = createdAt)]
    pub fn created_at(this: &Row) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = createdAt)]
    pub fn set_created_at(this: &Row, ms: f64);
    #[wasm_bindgen(method, getter, js_name = updatedAt)]
    pub fn updated_at(this: &Row) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = updatedAt)]
    pub fn set_updated_at(this: &Row, ms: f64);
    #[wasm_bindgen(method, getter, js_name = expiresAt)]
    pub fn expires_at(this: &Row) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = expiresAt)]
    pub fn set_expires_at(this: &Row, ms: f64);
}

#[wasm_bindgen(module = "/src/backends/indexeddb/rows.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = readInParts)]
    pub fn read_in_parts(store: &Store, range: &JsValue, take: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = inParts)]
    pub fn in_parts(next: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = removeExpired)]
    pub fn remove_expired(store: &Store, keys: &Array, times: &[f64]) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_name = textsOf)]
    pub fn texts_of(rows: &Array) -> Result<Option<Vec<u8>>, JsValue>;
    #[wasm_bindgen(catch, js_name = numbersOf)]
    pub fn numbers_of(rows: &Array) -> Result<Vec<f64>, JsValue>;
}

/// The browser's `indexedDB`; none where there is none.
pub fn factory() -> Option<Factory> {
    let found = js_sys::Reflect::get(&js_sys::global(), &"indexedDB".into()).ok()?;
    found.is_object().then(|| found.unchecked_into())
}
