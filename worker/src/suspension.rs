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
    use std::cell::Cell;
    use std::sync::Arc;
    use std::task::{Context, Wake, Waker};
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/suspension.js")]
    extern "C" {
        /// Suspends the stack until its sleeper is woken.
        #[wasm_bindgen(suspending)]
        fn sleep(sleeper: u32);
        /// Lets the sleeper's stack go on in a microtask.
        fn wake(sleeper: u32);
    }

    /// Runs the next body that waits for a stack.
    #[wasm_bindgen(jspi)]
    pub fn enter() {
        run_next();
    }

    /// Suspends the stack until `future` completes. It is polled right here, on the stack that
    /// waits: a task of its own would cost two turns of the microtask queue more for each wait.
    pub fn block_on(mut future: LocalBoxFuture<'static, ()>) {
        let sleeper = Arc::new(Sleeper::next());
        let waker = Waker::from(sleeper.clone());
        let mut context = Context::from_waker(&waker);
        while future.as_mut().poll(&mut context).is_pending() {
            sleeper.sleep();
        }
    }

    /// A stack that sleeps until its waker is called.
    struct Sleeper {
        id: u32,
        woken: Cell<bool>,
        asleep: Cell<bool>,
    }

    // SAFETY: a waker has to be both, but the module has no threads: its memory is not shared.
    unsafe impl Send for Sleeper {}
    unsafe impl Sync for Sleeper {}

    impl Sleeper {
        fn next() -> Self {
            thread_local! {
                static NEXT: Cell<u32> = const { Cell::new(0) };
            }
            Self {
                id: NEXT.replace(NEXT.get().wrapping_add(1)),
                woken: Cell::default(),
                asleep: Cell::default(),
            }
        }

        fn sleep(&self) {
            if !self.woken.get() {
                self.asleep.set(true);
                sleep(self.id);
            }
            self.woken.set(false);
        }
    }

    impl Wake for Sleeper {
        fn wake(self: Arc<Self>) {
            self.wake_by_ref();
        }

        fn wake_by_ref(self: &Arc<Self>) {
            self.woken.set(true);
            if self.asleep.replace(false) {
                wake(self.id);
            }
        }
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
