//! `host` in Lua.

use super::call::{Call, Reply, push_function};
use crate::protocol::{Error, ErrorKind, HostError, Value};
use crate::storage::Pending;
use crate::text;
use mlua::ffi;
use std::ffi::c_int;

/// The page's registered functions.
pub trait HostFunctions: 'static {
    /// Calls one. Nothing is sent before the answer is polled for the first time.
    fn call(&self, run: u32, name: &str, args: Vec<Value>) -> Pending<Value>;

    /// The next piece of a run's input; none at its end.
    fn input(&self, run: u32) -> Pending<Option<Vec<u8>>>;
}

/// Makes `host`: a table whose fields are functions, made when first asked for.
///
/// # Safety
/// `state` has room for four values and may raise.
pub(super) unsafe fn push_table(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, 0, 0);
        ffi::lua_createtable(state, 0, 2);
        ffi::lua_pushcfunction(state, index);
        ffi::lua_setfield(state, -2, c"__index".as_ptr());
        ffi::lua_pushboolean(state, 0);
        ffi::lua_setfield(state, -2, c"__metatable".as_ptr());
        ffi::lua_setmetatable(state, -2);
    }
}

/// `host.NAME`: a function that carries its name as its first argument.
unsafe extern "C-unwind" fn index(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        if ffi::lua_type(state, 2) != ffi::LUA_TSTRING {
            return 0;
        }
        push_function(state, "host function", call_host);
        ffi::lua_pushvalue(state, 2);
        ffi::lua_pushcclosure(state, with_name, 2);
        ffi::lua_pushvalue(state, 2);
        ffi::lua_pushvalue(state, -2);
        ffi::lua_rawset(state, 1);
        1
    }
}

/// Puts the name before the arguments and goes on to [`call_host`].
unsafe extern "C-unwind" fn with_name(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let count = ffi::lua_gettop(state);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_insert(state, 1);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        ffi::lua_insert(state, 2);
        ffi::lua_callk(state, count + 1, ffi::LUA_MULTRET, 0, Some(called));
        called(state, ffi::LUA_OK, 0)
    }
}

unsafe extern "C-unwind" fn called(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe { ffi::lua_gettop(state) }
}

fn call_host(call: &mut Call<'_>) -> Result<Reply, Error> {
    let name = call.text(1)?;
    if name.len() > text::NAME_BYTES {
        return Err(unregistered(name));
    }
    let args = call.values_from(2)?;
    let answer = call.context.host.call(call.context.run, name, args);
    let held = call.keep_held();
    Ok(Reply::Later(Box::pin(async move {
        let answer = answer.await.map(Reply::Value);
        drop(held);
        answer
    })))
}

/// What the page would say: its functions have shorter names.
fn unregistered(name: &str) -> Error {
    let shown = text::name(name);
    let cause = HostError {
        name: "ReferenceError".into(),
        message: format!("the page has registered no function {shown}"),
    };
    let message = format!("host.{shown}: {}: {}", cause.name, cause.message);
    Error::new(ErrorKind::Host { cause }, message)
}
