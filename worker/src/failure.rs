//! A panic ends the wasm instance: the host is told, so that it replaces the worker.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

/// The code of the message, the same as in the worker's entry script.
const CODE: &str = "WORKER_FAILED";

/// From now on a panic posts `{ fatal: { code, message } }`, outside the protocol.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let fatal = object(&[("code", &CODE.into()), ("message", &message(info).into())]);
        if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
            // There is no other way left to tell.
            let _ = scope.post_message(&object(&[("fatal", &fatal)]));
        }
    }));
}

/// One line.
fn message(info: &std::panic::PanicHookInfo<'_>) -> String {
    let what = info.payload_as_str().unwrap_or("without a message");
    format!("the worker panicked: {what}")
}

fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // A fresh object takes any field.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
