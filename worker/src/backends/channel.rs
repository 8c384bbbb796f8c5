//! How the workers of an origin tell each other what they have written.

use js_sys::{Array, Function, Reflect};
use pubwiki_lua_runtime::storage::{Changes, Listeners};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `BroadcastChannel`.
    #[wasm_bindgen(js_name = BroadcastChannel)]
    type Broadcast;
    #[wasm_bindgen(constructor, catch, js_class = "BroadcastChannel")]
    fn new(name: &str) -> Result<Broadcast, JsValue>;
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post(this: &Broadcast, message: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Broadcast, handler: &Function);
    #[wasm_bindgen(method)]
    fn close(this: &Broadcast);
}

/// More keys than this are told as all.
const MOST_KEYS: usize = 1000;

/// A channel to all who write to the same place; it is closed when it is dropped.
pub struct Channel {
    broadcast: Broadcast,
    _handler: Closure<dyn FnMut(JsValue)>,
}

impl Channel {
    /// Joins the channel of this name; what others say there, `listeners` hear. None where there
    /// are no channels.
    pub fn join(name: &str, listeners: Rc<Listeners>) -> Option<Self> {
        let broadcast = Broadcast::new(&format!("pubwiki-lua/{name}")).ok()?;
        let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let data = Reflect::get(&event, &"data".into()).unwrap_or_default();
            listeners.tell(&changes(&data));
        });
        broadcast.set_onmessage(handler.as_ref().unchecked_ref());
        Some(Self {
            broadcast,
            _handler: handler,
        })
    }

    /// Tells the others that these keys were written.
    pub fn tell_keys<'a>(&self, keys: impl Iterator<Item = &'a String>) {
        let names: Array = keys.take(MOST_KEYS + 1).map(JsValue::from).collect();
        if names.length() as usize > MOST_KEYS {
            self.tell_all();
        } else {
            self.tell(&names);
        }
    }

    /// Tells the others that any key may have been written.
    pub fn tell_all(&self) {
        self.tell(&JsValue::NULL);
    }

    fn tell(&self, message: &JsValue) {
        // Strings and null can be posted.
        let _ = self.broadcast.post(message);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.broadcast.close();
    }
}

/// What another page's code might have posted counts for no more than that something changed.
fn changes(data: &JsValue) -> Changes {
    if !Array::is_array(data) {
        return Changes::All;
    }
    let keys = Array::from(data)
        .iter()
        .map(|key| key.as_string())
        .collect::<Option<Vec<_>>>();
    keys.map_or(Changes::All, Changes::Keys)
}
