//! The part of the origin's private file system that is used here.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `FileSystemDirectoryHandle`.
    pub type Directory;
    #[wasm_bindgen(method, catch, js_name = getDirectoryHandle)]
    pub fn directory(this: &Directory, name: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFileHandle)]
    pub fn file(this: &Directory, name: &str, options: &Object) -> Result<Promise, JsValue>;

    /// `FileSystemFileHandle`.
    pub type FileHandle;
    #[wasm_bindgen(method, catch, js_name = createSyncAccessHandle)]
    pub fn open(this: &FileHandle) -> Result<Promise, JsValue>;

    /// `FileSystemSyncAccessHandle`.
    pub type SyncHandle;
    #[wasm_bindgen(method, catch, js_name = getSize)]
    pub fn size(this: &SyncHandle) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &SyncHandle, into: &mut [u8], options: &Object) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn write(this: &SyncHandle, bytes: &[u8], options: &Object) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn truncate(this: &SyncHandle, length: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn flush(this: &SyncHandle) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    pub fn close(this: &SyncHandle);

}

/// What the storage manager's method of this name gives, a root directory; none where there is no such place.
pub fn root(method: &str) -> Option<Result<Promise, JsValue>> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
    let method: Function = Reflect::get(&storage, &method.into())
        .ok()?
        .dyn_into()
        .ok()?;
    Some(method.call0(&storage).map(JsCast::unchecked_into))
}

/// A plain object with one property.
pub fn options(name: &str, value: &JsValue) -> Object {
    let options = Object::new();
    // A plain new object takes any property.
    let _ = Reflect::set(&options, &name.into(), value);
    options
}
