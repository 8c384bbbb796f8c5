//! How Lua calls the sandbox's functions: arguments in, reply or error out.

use super::answer::{Rest, finish, settle};
use super::marshal;
use super::meter::Meter;
use super::suspend::wait;
use crate::ledger::Held;
use crate::platform::Suspension;
use crate::protocol::Error;
use crate::sandbox::context::Context;
use crate::sandbox::context::reply::Reply;
use mlua::ffi;
use std::ffi::{c_int, c_void};

/// A function of the sandbox. It never raises: it returns.
pub type Api = fn(&mut Call<'_>) -> Result<Reply, Error>;

/// A call: its arguments and its run.
pub struct Call<'a> {
    pub(in crate::sandbox) state: *mut ffi::lua_State,
    pub(in crate::sandbox) context: &'static Context,
    pub(in crate::sandbox) function: &'a str,
    /// What is held for it in Rust, until it has ended.
    pub(in crate::sandbox) held: Held,
}

impl Call<'_> {
    /// What tells of work for this call, and of what is held for it.
    pub(in crate::sandbox) fn meter(&self) -> Meter<'_> {
        // SAFETY: the state is running this call.
        unsafe { Meter::new(self.state, self.context, &self.held) }
    }

    /// Whether what has to wait can do so here.
    pub(in crate::sandbox) fn can_wait(&self) -> bool {
        let context = self.context;
        // SAFETY: the state is running this call.
        let can_yield = || unsafe { context.waiting.can_yield(self.state) };
        !context.updating.is_under_way() && (context.suspension == Suspension::Stack || can_yield())
    }

    /// What is held so far, to be held for longer than the call.
    pub(in crate::sandbox) fn keep_held(&self) -> Held {
        let held = Held::new(self.context.memory.clone());
        held.absorb(&self.held);
        held
    }
}

/// Pushes `api` as a Lua function that errors call `name`.
///
/// # Safety
/// `state` has room for three values and may raise.
pub(in crate::sandbox) unsafe fn push_function(
    state: *mut ffi::lua_State,
    name: &'static str,
    api: Api,
) {
    unsafe {
        ffi::lua_pushlightuserdata(state, api as *mut c_void);
        ffi::lua_pushlstring(state, name.as_ptr().cast(), name.len());
        ffi::lua_pushcclosure(state, enter, 2);
    }
}

unsafe extern "C-unwind" fn enter(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        let api: Api = std::mem::transmute(ffi::lua_touserdata(state, ffi::lua_upvalueindex(1)));
        let name = marshal::bytes_at(state, ffi::lua_upvalueindex(2));
        let answer = api(&mut Call {
            state,
            context,
            function: std::str::from_utf8_unchecked(name),
            held: Held::new(context.memory.clone()),
        });
        finish(state, context, take(state, context, answer))
    }
}

/// As [`settle`]; what comes later is waited for.
unsafe fn take(
    state: *mut ffi::lua_State,
    context: &'static Context,
    answer: Result<Reply, Error>,
) -> Rest {
    unsafe {
        match answer {
            Ok(Reply::Later(operation)) => wait(state, context, operation),
            answer => settle(state, context, answer),
        }
    }
}
