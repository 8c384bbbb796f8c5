//! Stacks that can be suspended, by JS Promise Integration.
//!
//! A suspension throws SuspendError unless the call came in through a promising export, and
//! no JavaScript frame lies between. So a run enters by [`enter`], which the entry script hands
//! to us as a function.

use futures::future::LocalBoxFuture;
use js_sys::Function;
use pubwiki_lua_runtime::platform::Suspension;
use std::cell::RefCell;
use std::collections::VecDeque;
use wasm_bindgen::prelude::*;

/// How this artifact waits.
pub const KIND: Suspension = if cfg!(feature = "jspi") {
    Suspension::Stack
} else {
    Suspension::Coroutine
};

thread_local! {
    static ENTER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static BODIES: RefCell<VecDeque<Box<dyn FnOnce()>>> = const { RefCell::new(VecDeque::new()) };
}

/// Remembers the exported [`enter`].
pub fn set_enter(enter: JsValue) {
    ENTER.set(enter.dyn_into().ok());
}

/// Runs `body` on a stack of its own.
pub fn on_stack(body: Box<dyn FnOnce()>) {
    BODIES.with_borrow_mut(|bodies| bodies.push_back(body));
    let enter = ENTER.with_borrow(Clone::clone);
    let Some(enter) = enter else {
        wasm_bindgen::throw_str("the worker's entry script handed over no `enter`")
    };
    // What fails in there is a trap: its promise rejects, and the entry script reports it.
    if let Err(error) = enter.call0(&JsValue::UNDEFINED) {
        wasm_bindgen::throw_val(error);
    }
}

fn run_next() {
    let body = BODIES.with_borrow_mut(VecDeque::pop_front);
    if let Some(body) = body {
        body();
    }
}

#[cfg(feature = "jspi")]
pub use stack::{block_on, enter};

// wasm-bindgen calls JSPI deprecated because it is young; it is what this artifact is for.
#[allow(deprecated)]
#[cfg(feature = "jspi")]
mod stack {
    use super::{LocalBoxFuture, run_next};
    use wasm_bindgen::prelude::*;

    /// Runs the next body that waits for a stack.
    #[wasm_bindgen(jspi)]
    pub fn enter() {
        run_next();
    }

    /// Suspends the stack until `future` completes.
    pub fn block_on(future: LocalBoxFuture<'static, ()>) {
        let promise = wasm_bindgen_futures::future_to_promise(async move {
            future.await;
            Ok(JsValue::UNDEFINED)
        });
        // The promise never rejects.
        let _ = js_sys::futures::jspi_block_on_promise(&promise);
    }
}

/// Runs the next body that waits for a stack; in this artifact none does.
#[cfg(not(feature = "jspi"))]
pub fn enter() {
    run_next();
}

/// Never called: this artifact's runs yield instead.
#[cfg(not(feature = "jspi"))]
pub fn block_on(future: LocalBoxFuture<'static, ()>) {
    drop(future);
}
