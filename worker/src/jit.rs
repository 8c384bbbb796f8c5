//! The compiler of hot functions: a module of its own, which JavaScript loads, runs and links.

use js_sys::Function;
use pubwiki_lua_runtime::platform::{Compilation, Compiler};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/jit.js")]
extern "C" {
    fn load(loader: &Function, memory: &JsValue, table: &JsValue, layout: &[u32], helpers: &[u32]);
    fn is_there(nothing: u32) -> bool;
    fn compile(description: &[u32], replaces: u32) -> i32;
    fn bytes_of_last(nothing: u32) -> u32;
    fn release(place: u32);
}

unsafe extern "C" {
    fn lua_jit_layout(count: *mut u32) -> *const u32;
    fn lua_jit_helpers(count: *mut u32) -> *const u32;
}

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static IS_LOADING: Cell<bool> = const { Cell::new(false) };
}

/// Remembers what loads the compiler, if the entry script has that.
pub fn set_loader(loader: JsValue) {
    LOADER.set(loader.dyn_into().ok());
}

/// Has each so many guards fail of what is compiled from now on.
#[cfg(feature = "testing")]
pub fn fail_guards(each: i32) {
    unsafe extern "C" {
        fn lua_jit_fail_each(guards: i32);
    }
    // SAFETY: it stores a number.
    unsafe { lua_jit_fail_each(each) }
}

/// The compiler, where the worker's script has one.
pub fn compiler() -> Option<Rc<dyn Compiler>> {
    LOADER
        .with_borrow(Option::is_some)
        .then(|| Rc::new(JsCompiler) as Rc<dyn Compiler>)
}

/// The module, in JavaScript's hands.
struct JsCompiler;

/// A list that Lua's C has for good.
fn numbers(of: unsafe extern "C" fn(*mut u32) -> *const u32) -> &'static [u32] {
    let mut count = 0;
    // SAFETY: it gives a list of so many numbers that stays.
    unsafe { std::slice::from_raw_parts(of(&raw mut count), count as usize) }
}

impl Compiler for JsCompiler {
    fn is_ready(&self) -> bool {
        if !IS_LOADING.replace(true) {
            let loader = LOADER.with_borrow(Clone::clone);
            if let Some(loader) = loader {
                load(
                    &loader,
                    &wasm_bindgen::memory(),
                    &wasm_bindgen::function_table(),
                    numbers(lua_jit_layout),
                    numbers(lua_jit_helpers),
                );
            }
        }
        is_there(0)
    }

    fn compile(&self, description: &[u32], replaces: Option<u32>) -> Compilation {
        match compile(description, replaces.unwrap_or(0)) {
            -1 => Compilation::Failed,
            0 => Compilation::Refused,
            code => Compilation::Done {
                code: code.cast_unsigned(),
                bytes: bytes_of_last(0) as usize,
            },
        }
    }

    fn release(&self, code: u32) {
        release(code);
    }
}
