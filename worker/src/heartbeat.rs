//! Tells the host that the worker's event loop turns.

use gloo_timers::future::TimeoutFuture;
use pubwiki_lua_runtime::protocol::Event;
use std::rc::Rc;

/// Milliseconds between two beats.
const INTERVAL_MS: u32 = 250;

/// Sends a heartbeat every [`INTERVAL_MS`] for as long as the worker lives.
pub fn start(send: Rc<dyn Fn(Event)>) {
    wasm_bindgen_futures::spawn_local(async move {
        loop {
            TimeoutFuture::new(INTERVAL_MS).await;
            send(Event::Heartbeat);
        }
    });
}
