//! The result of a function of the sandbox on its way into Lua: pushed, raised, or waited for.

use super::chunk::push_chunk;
use super::errors::{keep, raise_kept};
use super::fuel::raise_stop;
use super::marshal;
use super::meter::{self, Meter};
use crate::ledger::Held;
use crate::protocol::{Error, ErrorKind, Limit};
use crate::sandbox::context::Context;
use crate::sandbox::context::reply::Reply;
use crate::state::Item;
use mlua::ffi;
use std::ffi::{c_int, c_void};

/// The registry's key for `package`, which a script may have others of: its address.
static PACKAGE: u8 = 0;

pub(in crate::sandbox) fn package_key() -> *const c_void {
    (&raw const PACKAGE).cast()
}

/// The rest of the work for Lua, which may raise: so it owns nothing.
#[derive(Clone, Copy)]
pub(in crate::sandbox) enum Rest {
    /// Nothing: so many values have been pushed.
    Pushed(c_int),
    /// To push what is parked in the context.
    Parked,
    /// To yield: the run waits, and goes on with this.
    Yield(ffi::lua_KFunction),
    /// To raise the error that is kept in the context.
    Raise,
    /// To say that the stack has no room.
    Overflow,
    /// To end the run.
    Stop,
}

/// The reply with what State holds parsed.
///
/// # Safety
/// `state` is running, and its context is `context`.
unsafe fn parsed(
    reply: Reply,
    state: *mut ffi::lua_State,
    context: &Context,
) -> Result<Reply, Error> {
    Ok(match reply {
        Reply::Stored(Item::Value(value)) => Reply::Shared(value),
        Reply::Stored(item) => {
            // What is parsed counts as it is parked.
            let held = Held::new(context.memory.clone());
            let meter = unsafe { Meter::new(state, context, &held) };
            Reply::Shared(item.value(&meter)?)
        }
        Reply::Many(mut replies) => {
            for reply in &mut replies {
                *reply = unsafe { parsed(std::mem::replace(reply, Reply::Nil), state, context) }?;
            }
            Reply::Many(replies)
        }
        reply => reply,
    })
}

/// Pushes what can be pushed without a raise, and puts the rest where it is dropped in any case.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(in crate::sandbox) unsafe fn settle(
    state: *mut ffi::lua_State,
    context: &'static Context,
    answer: Result<Reply, Error>,
) -> Rest {
    let reply = match answer.and_then(|reply| unsafe { parsed(reply, state, context) }) {
        Ok(_) if context.stop.is_set() => return Rest::Stop,
        Ok(reply) => reply,
        Err(error) => {
            // State, for one, has no room in the run's memory.
            if let ErrorKind::Limit {
                limit: Limit::MemoryBytes,
                ..
            } = *error.kind
            {
                context.memory_exhausted();
                return Rest::Stop;
            }
            keep(context, error);
            return Rest::Raise;
        }
    };
    unsafe {
        match reply {
            Reply::Nothing | Reply::Later(_) => return Rest::Pushed(0),
            Reply::Nil => ffi::lua_pushnil(state),
            Reply::Null => marshal::push_null(state),
            Reply::Bool(value) => ffi::lua_pushboolean(state, c_int::from(value)),
            Reply::Argument(index) => ffi::lua_pushvalue(state, index),
            Reply::Chunk(module) => match push_chunk(state, &module) {
                Ok(()) => {}
                Err(_) if context.stop.is_set() => return Rest::Stop,
                Err(error) => {
                    keep(context, error);
                    return Rest::Raise;
                }
            },
            reply => return park(state, context, reply),
        }
    }
    Rest::Pushed(1)
}

/// Keeps in the context what may raise as it is pushed, with room on the stack for all of it: then
/// nothing is raised but what ends the run, as long as which it stays.
unsafe fn park(state: *mut ffi::lua_State, context: &Context, reply: Reply) -> Rest {
    let count = match &reply {
        Reply::Many(values) => c_int::try_from(values.len()).unwrap_or(c_int::MAX),
        _ => 1,
    };
    let room = count.saturating_add(marshal::DEEPEST);
    if unsafe { ffi::lua_checkstack(state, room) } == 0 {
        return Rest::Overflow;
    }
    let held = Held::new(context.memory.clone());
    if unsafe { meter::take(state, context, &held, reply.weight()) }.is_err() {
        return Rest::Stop;
    }
    context.parked.borrow_mut().push(Box::new((reply, held)));
    Rest::Parked
}

/// Does what is left, and gives the number of values that Lua finds on the stack.
///
/// # Safety
/// `state` is running a function of the sandbox, and nothing in the caller needs dropping.
pub(in crate::sandbox) unsafe fn finish(
    state: *mut ffi::lua_State,
    context: &'static Context,
    rest: Rest,
) -> c_int {
    unsafe {
        match rest {
            Rest::Pushed(count) => count,
            Rest::Parked => push_parked(state, context),
            Rest::Yield(go_on) => ffi::lua_yieldk(state, 0, 0, Some(go_on)),
            Rest::Raise => raise_kept(state, context),
            Rest::Overflow => ffi::luaL_error(state, c"stack overflow".as_ptr()),
            Rest::Stop => raise_stop(state),
        }
    }
}

/// Pushes what was parked last. Finalizers that run meanwhile park above it.
unsafe fn push_parked(state: *mut ffi::lua_State, context: &Context) -> c_int {
    let parked: Option<*const Reply> = context
        .parked
        .borrow()
        .last()
        .map(|parked| &raw const parked.0);
    let Some(parked) = parked else {
        return 0;
    };
    let before = unsafe { ffi::lua_gettop(state) };
    // SAFETY: the box stays in the context while this runs.
    unsafe {
        match &*parked {
            Reply::Bytes(bytes) => {
                ffi::lua_pushlstring(state, bytes.as_ptr().cast(), bytes.len());
            }
            Reply::Many(replies) => {
                for reply in replies {
                    push_one(state, reply);
                }
            }
            Reply::Loader(spec, load) => {
                ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, package_key());
                ffi::lua_pushlstring(state, spec.as_ptr().cast(), spec.len());
                ffi::lua_pushcclosure(state, *load, 2);
            }
            reply => push_one(state, reply),
        }
    }
    drop(context.parked.borrow_mut().pop());
    unsafe { ffi::lua_gettop(state) - before }
}

/// Pushes a reply of one value. Raises only for lack of memory.
unsafe fn push_one(state: *mut ffi::lua_State, reply: &Reply) {
    unsafe {
        match reply {
            Reply::Value(value) => marshal::push(state, value),
            Reply::Shared(value) => marshal::push(state, value),
            Reply::Bool(value) => ffi::lua_pushboolean(state, c_int::from(*value)),
            Reply::Nothing
            | Reply::Nil
            | Reply::Null
            | Reply::Bytes(_)
            | Reply::Stored(_)
            | Reply::Many(_)
            | Reply::Argument(_)
            | Reply::Chunk(_)
            | Reply::Loader(..)
            | Reply::Later(_) => ffi::lua_pushnil(state),
        }
    }
}
