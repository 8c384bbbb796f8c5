//! Lua functions for tests and benchmarks; not in the shipped build.

use js_sys::Promise;
use pubwiki_lua_runtime::protocol::Error;
use pubwiki_lua_runtime::sandbox::{Call, ExtraFunction, Reply};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// The functions of the global `__test`.
pub const FUNCTIONS: &[ExtraFunction] = &[
    ("hang", hang),
    ("panic", panic),
    ("noop", noop),
    ("settled", settled),
    ("exhaust", exhaust),
];

/// Never returns, out of every safepoint's reach.
fn hang(_: &mut Call<'_>) -> Result<Reply, Error> {
    loop {
        std::hint::spin_loop();
    }
}

fn panic(_: &mut Call<'_>) -> Result<Reply, Error> {
    panic!("as the test asked")
}

fn noop(_: &mut Call<'_>) -> Result<Reply, Error> {
    Ok(Reply::Nothing)
}

/// Waits for a promise that has settled.
fn settled(_: &mut Call<'_>) -> Result<Reply, Error> {
    let promise = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED));
    Ok(Reply::Later(Box::pin(async move {
        // It is resolved.
        let _ = promise.await;
        Ok(Reply::Nothing)
    })))
}

/// Asks for memory until there is none.
fn exhaust(_: &mut Call<'_>) -> Result<Reply, Error> {
    let mut kept = Vec::new();
    loop {
        kept.push(std::hint::black_box(vec![1_u8; 64 * 1024 * 1024]));
    }
}
