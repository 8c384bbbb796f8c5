//! How Lua calls the sandbox's functions: arguments in, reply or error out.

use super::context::Context;
use super::errors::raise;
use super::fuel::raise_stop;
use super::marshal;
use super::package::push_chunk;
use super::wait::wait;
use crate::modules::Module;
use crate::protocol::{Error, Value};
use crate::storage::Pending;
use mlua::ffi;
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A function of the sandbox. It never raises: it returns.
pub type Api = fn(&mut Call<'_>) -> Result<Reply, Error>;

/// What a function gives back.
pub enum Reply {
    /// No value.
    Nothing,
    /// `nil`.
    Nil,
    /// `json.null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A string.
    Bytes(Vec<u8>),
    /// A value.
    Value(Value),
    /// A value that is kept elsewhere too.
    Shared(Rc<Value>),
    /// Several values.
    Many(Vec<Value>),
    /// The argument at this index.
    Argument(c_int),
    /// A module's main chunk, compiled.
    Chunk(Rc<Module>),
    /// What comes of this, later.
    Later(Pending<Reply>),
}

/// A call: its arguments and its run.
pub struct Call<'a> {
    pub(super) state: *mut ffi::lua_State,
    pub(super) context: &'static Context,
    pub(super) function: &'a str,
}

/// Pushes `api` as a Lua function that errors call `name`.
///
/// # Safety
/// `state` has room for three values and may raise.
pub(super) unsafe fn push_function(state: *mut ffi::lua_State, name: &'static str, api: Api) {
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
        });
        match answer {
            Ok(Reply::Later(operation)) => wait(state, context, operation),
            answer => finish(state, context, answer),
        }
    }
}

/// Pushes a reply, or raises the error.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(super) unsafe fn finish(
    state: *mut ffi::lua_State,
    context: &'static Context,
    answer: Result<Reply, Error>,
) -> c_int {
    unsafe {
        match answer {
            Err(error) => raise(state, context, error),
            Ok(_) if context.stop.is_set() => {
                drop(answer);
                raise_stop(state)
            }
            Ok(Reply::Nothing | Reply::Later(_)) => return 0,
            Ok(Reply::Nil) => ffi::lua_pushnil(state),
            Ok(Reply::Null) => marshal::push_null(state),
            Ok(Reply::Bool(value)) => ffi::lua_pushboolean(state, c_int::from(value)),
            Ok(Reply::Argument(index)) => ffi::lua_pushvalue(state, index),
            Ok(Reply::Chunk(module)) => return push_chunk(state, context, module),
            Ok(reply) => {
                // With room for the deepest value nothing is raised while it is parked but what
                // ends the run: a parked value stays as long as the run.
                if ffi::lua_checkstack(state, marshal::DEEPEST) == 0 {
                    drop(reply);
                    return ffi::luaL_error(state, c"stack overflow".as_ptr());
                }
                return push_parked(state, context, reply);
            }
        }
        1
    }
}

/// Pushes what may raise for want of memory: it is parked in the context meanwhile, so that
/// it is dropped in any case.
unsafe fn push_parked(state: *mut ffi::lua_State, context: &Context, reply: Reply) -> c_int {
    let depth = context.parked.borrow().len();
    let reply = Box::new(reply);
    let parked: *const Reply = &raw const *reply;
    context.parked.borrow_mut().push(reply);
    let mut count = 1;
    // SAFETY: the box stays in the context while this runs; finalizers that run meanwhile
    // park above it.
    unsafe {
        match &*parked {
            Reply::Bytes(bytes) => {
                ffi::lua_pushlstring(state, bytes.as_ptr().cast(), bytes.len());
            }
            Reply::Value(value) => marshal::push(state, value),
            Reply::Shared(value) => marshal::push(state, value),
            Reply::Many(values) => {
                count = c_int::try_from(values.len()).unwrap_or(c_int::MAX);
                ffi::luaL_checkstack(state, count, std::ptr::null());
                values.iter().for_each(|value| marshal::push(state, value));
            }
            Reply::Nothing
            | Reply::Nil
            | Reply::Null
            | Reply::Bool(_)
            | Reply::Argument(_)
            | Reply::Chunk(_)
            | Reply::Later(_) => {
                ffi::lua_pushnil(state);
            }
        }
    }
    context.parked.borrow_mut().truncate(depth);
    count
}
