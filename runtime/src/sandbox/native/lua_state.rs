//! A Lua state of a run's own.

use super::errors::lua_error;
use super::marshal::bytes_at;
use super::memory::allocate;
use crate::ledger::Ledger;
use crate::protocol::Error;
use crate::sandbox::calm;
use crate::sandbox::context::Context;
use crate::text;
use mlua::ffi;
use std::ffi::{c_int, c_uint, c_void};
use std::ptr::null_mut;
use std::rc::Rc;

unsafe extern "C" {
    fn lua_hash_seed_set(seed: c_uint);
    fn lua_has_finalizers(state: *mut ffi::lua_State) -> c_int;
}

/// A Lua state. Dropped, it finalizes its objects, unless the run is to end, and gives back all it
/// has: nothing in it needs a finalizer to be freed.
pub(in crate::sandbox) struct Lua {
    /// Its main thread, which runs nothing of the script's.
    main: *mut ffi::lua_State,
    memory: Rc<Ledger>,
}

impl Lua {
    /// An empty state of the context's run; none when there is no memory for it. The hashes of its
    /// strings begin with `seed`.
    ///
    /// # Safety
    /// The context outlives it.
    pub(in crate::sandbox) unsafe fn new(context: &Context, seed: c_uint) -> Option<Self> {
        let memory = context.memory.clone();
        // SAFETY: the memory stays where it is, and goes after the state.
        unsafe {
            lua_hash_seed_set(seed);
            let main = ffi::lua_newstate(allocate, Rc::as_ptr(&memory).cast_mut().cast());
            if main.is_null() {
                return None;
            }
            context.install(main);
            #[cfg(target_arch = "wasm32")]
            super::jit::configure(main, context);
            Some(Self { main, memory })
        }
    }

    /// Runs `body`, which may raise if it then holds nothing that needs dropping, and leaves nothing
    /// on the stack.
    ///
    /// # Errors
    /// What it raised, as text.
    pub(in crate::sandbox) fn protect(
        &self,
        body: impl FnOnce(*mut ffi::lua_State),
    ) -> Result<(), Error> {
        let mut body = Some(body);
        // SAFETY: the main thread has room for two values, and `body` is there during the call.
        unsafe {
            ffi::lua_pushcfunction(self.main, trampoline(&body));
            ffi::lua_pushlightuserdata(self.main, (&raw mut body).cast());
            if calm::call(self.main, 1, 0) == ffi::LUA_OK {
                return Ok(());
            }
            // A number would be made text, and might raise.
            let text = if ffi::lua_type(self.main, -1) == ffi::LUA_TSTRING {
                text::bounded(bytes_at(self.main, -1), text::MESSAGE_BYTES)
            } else {
                "".into()
            };
            let error = lua_error(text);
            ffi::lua_pop(self.main, 1);
            Err(error)
        }
    }
}

fn trampoline<F: FnOnce(*mut ffi::lua_State)>(_: &Option<F>) -> ffi::lua_CFunction {
    unsafe extern "C-unwind" fn call<F: FnOnce(*mut ffi::lua_State)>(
        state: *mut ffi::lua_State,
    ) -> c_int {
        // SAFETY: `protect` gives it that.
        unsafe {
            let body: *mut c_void = ffi::lua_touserdata(state, 1);
            ffi::lua_settop(state, 0);
            if let Some(body) = (*body.cast::<Option<F>>()).take() {
                body(state);
            }
        }
        0
    }
    call::<F>
}

impl Drop for Lua {
    fn drop(&mut self) {
        // SAFETY: nothing runs in the state any more.
        unsafe {
            // While a state closes nothing is collected: what finalizers of garbage leave would be.
            if lua_has_finalizers(self.main) != 0 {
                // It raises nothing: errors of finalizers are warnings.
                let _ = self.protect(|state| {
                    ffi::lua_gc(state, ffi::LUA_GCCOLLECT);
                });
            }
            ffi::lua_close(self.main);
        }
        self.main = null_mut();
        debug_assert_eq!(self.memory.lua(), 0, "a closed Lua holds nothing");
    }
}
