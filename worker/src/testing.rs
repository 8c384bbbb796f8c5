//! Lua functions for tests and benchmarks; not in the shipped build.

use futures::channel::oneshot;
use js_sys::Promise;
use pubwiki_lua_runtime::protocol::{Error, Value};
use pubwiki_lua_runtime::sandbox::{Call, ExtraFunction, Reply};
use std::cell::RefCell;
use std::collections::VecDeque;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

/// The functions of the global `__test`.
pub const FUNCTIONS: &[ExtraFunction] = &[
    ("hang", hang),
    ("panic", panic),
    ("noop", noop),
    ("settled", settled),
    ("exhaust", exhaust),
    ("hoard", hoard),
    ("trap", trap),
    ("memory", memory),
    ("fail_guards", fail_guards),
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

/// Each seventh guard of compiled functions fails, if none is compiled yet.
fn fail_guards(_: &mut Call<'_>) -> Result<Reply, Error> {
    crate::jit::fail_guards(7);
    Ok(Reply::Nothing)
}

fn noop(_: &mut Call<'_>) -> Result<Reply, Error> {
    Ok(Reply::Nothing)
}

thread_local! {
    /// Who waits for promises that have settled: they are told in the order they asked.
    static SETTLED: RefCell<VecDeque<oneshot::Sender<()>>> = const { RefCell::new(VecDeque::new()) };
    static TELL: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {
        if let Some(waiting) = SETTLED.with_borrow_mut(VecDeque::pop_front) {
            // The run may have been stopped.
            let _ = waiting.send(());
        }
    });
}

/// Waits for a promise that has settled. One closure serves all: making one takes longer than
/// the wait that is to be measured.
fn settled(_: &mut Call<'_>) -> Result<Reply, Error> {
    let (waiting, told) = oneshot::channel();
    SETTLED.with_borrow_mut(|all| all.push_back(waiting));
    // What the reaction gives is nobody's.
    let _ = TELL.with(|tell| Promise::resolve(&JsValue::UNDEFINED).then(tell));
    Ok(Reply::Later(Box::pin(async move {
        // Told, or gone with the worker.
        let _ = told.await;
        Ok(Reply::Nothing)
    })))
}

/// Asks for memory until there is none. It writes to none of it, so that the machine lends none.
fn exhaust(_: &mut Call<'_>) -> Result<Reply, Error> {
    let mut kept = Vec::new();
    loop {
        kept.push(std::hint::black_box(Vec::<u8>::with_capacity(
            64 * 1024 * 1024,
        )));
    }
}

/// Takes the memory that there is and keeps it, except for a few MiB: for as long as the worker lives.
fn hoard(_: &mut Call<'_>) -> Result<Reply, Error> {
    thread_local! {
        static KEPT: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
    }
    for mib in [64, 4] {
        let mut block = Vec::new();
        while block.try_reserve_exact(mib << 20).is_ok() {
            KEPT.with_borrow_mut(|kept| {
                kept.push(std::hint::black_box(std::mem::take(&mut block)))
            });
        }
    }
    Ok(Reply::Nothing)
}

/// A trap of WebAssembly, without a panic before it.
fn trap(_: &mut Call<'_>) -> Result<Reply, Error> {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    std::process::abort()
}

/// How many bytes the module has.
fn memory(_: &mut Call<'_>) -> Result<Reply, Error> {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size(0);
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0_usize;
    let bytes = i64::try_from(pages)
        .unwrap_or(i64::MAX)
        .saturating_mul(65_536);
    Ok(Reply::Value(Value::Int(bytes)))
}
