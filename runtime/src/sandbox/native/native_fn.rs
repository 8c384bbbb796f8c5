//! How Lua calls the sandbox's functions: arguments in, reply or error out.

use crate::sandbox::context::Context;
use super::errors::{keep, raise_kept};
use super::fuel::raise_stop;
use super::marshal;
use super::meter::{self, Meter};
use crate::sandbox::lib::package::push_chunk;
use crate::sandbox::lib::require::push_loader;
use super::suspend::{resumed, wait};
use crate::ledger::{Held, block, weigh};
use crate::modules::Module;
use crate::protocol::{Error, ErrorKind, Limit, Value};
use crate::state::Item;
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
    /// What State holds.
    Stored(Item),
    /// Any number of values: `nil`, booleans and values.
    Many(Vec<Reply>),
    /// The argument at this index.
    Argument(c_int),
    /// A module's main chunk, compiled.
    Chunk(Rc<Module>),
    /// What requires the module of this spec.
    Loader(String),
    /// What comes of this, later.
    Later(Pending<Reply>),
}

impl Reply {
    /// With what State holds parsed.
    ///
    /// # Safety
    /// `state` is running, and its context is `context`.
    unsafe fn parsed(self, state: *mut ffi::lua_State, context: &Context) -> Result<Self, Error> {
        Ok(match self {
            Self::Stored(Item::Value(value)) => Self::Shared(value),
            Self::Stored(item) => {
                // What is parsed counts as it is parked.
                let held = Held::new(context.memory.clone());
                let meter = unsafe { Meter::new(state, context, &held) };
                Self::Shared(item.value(&meter)?)
            }
            Self::Many(mut replies) => {
                for reply in &mut replies {
                    *reply = unsafe { std::mem::replace(reply, Self::Nil).parsed(state, context) }?;
                }
                Self::Many(replies)
            }
            reply => reply,
        })
    }

    /// The bytes that it takes while it is pushed, beside what is kept elsewhere too.
    fn weight(&self) -> usize {
        match self {
            Self::Bytes(bytes) => block(bytes.capacity()),
            Self::Loader(spec) => block(spec.capacity()),
            Self::Value(value) => weigh(value),
            Self::Shared(value) if Rc::strong_count(value) == 1 => weigh(value),
            Self::Many(replies) => replies.iter().map(Self::weight).sum(),
            _ => 0,
        }
    }
}

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
pub(in crate::sandbox) unsafe fn push_function(state: *mut ffi::lua_State, name: &'static str, api: Api) {
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

/// What is left to be done for Lua, which may raise: so it owns nothing.
#[derive(Clone, Copy)]
pub(in crate::sandbox) enum Rest {
    /// Nothing: so many values have been pushed.
    Pushed(c_int),
    /// To push what is parked in the context.
    Parked,
    /// To yield: the run waits.
    Yield,
    /// To raise the error that is kept in the context.
    Raise,
    /// To say that the stack has no room.
    Overflow,
    /// To end the run.
    Stop,
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
    let reply = match answer.and_then(|reply| unsafe { reply.parsed(state, context) }) {
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
            Reply::Chunk(module) => return push_chunk(state, context, &module),
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
            Rest::Yield => ffi::lua_yieldk(state, 0, 0, Some(resumed)),
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
            Reply::Loader(spec) => push_loader(state, spec),
            reply => push_one(state, reply),
        }
    }
    drop(context.parked.borrow_mut().pop());
    unsafe { ffi::lua_gettop(state) - before }
}

/// Pushes a reply of one value. Raises only for want of memory.
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
            | Reply::Loader(_)
            | Reply::Later(_) => ffi::lua_pushnil(state),
        }
    }
}
