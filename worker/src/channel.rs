//! `BroadcastChannel`: how the workers of an origin hear each other.

use js_sys::{Function, Reflect, Uint8Array};
use pubwiki_lua_runtime::platform::{Channel, Hear};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `BroadcastChannel`.
    #[wasm_bindgen(js_name = BroadcastChannel)]
    type Broadcast;
    #[wasm_bindgen(constructor, catch, js_class = "BroadcastChannel")]
    fn new(name: &str) -> Result<Broadcast, JsValue>;
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &Broadcast, message: &Uint8Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Broadcast, handler: &Function);
    #[wasm_bindgen(method)]
    fn close(this: &Broadcast);
}

/// A channel that is joined; it is left when this is dropped.
struct Joined {
    broadcast: Broadcast,
    _handler: Closure<dyn FnMut(JsValue)>,
}

/// Joins the channel of this name. None where there are no channels.
pub fn join(name: &str, hear: Hear) -> Option<Box<dyn Channel>> {
    let broadcast = Broadcast::new(&format!("pubwiki-lua/{name}")).ok()?;
    let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let data = Reflect::get(&event, &"data".into()).unwrap_or_default();
        // What another page's code might have posted is heard as nothing that is known.
        let bytes = data.dyn_into::<Uint8Array>();
        hear(&bytes.map_or_else(|_| Vec::new(), |bytes| bytes.to_vec()));
    });
    broadcast.set_onmessage(handler.as_ref().unchecked_ref());
    Some(Box::new(Joined {
        broadcast,
        _handler: handler,
    }))
}

impl Channel for Joined {
    fn post(&self, bytes: &[u8]) {
        // Bytes can be posted.
        let _ = self.broadcast.post_message(&Uint8Array::from(bytes));
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.broadcast.close();
    }
}
