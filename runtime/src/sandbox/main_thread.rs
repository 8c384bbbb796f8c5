//! A run's Lua, from one step to the next.

use super::context::Context;
use super::context::waiting::Yielded;
use super::lib::{globals, state, warn};
use super::native::chunk::without_first_line_comment;
use super::native::errors::{lua_error, uncaught};
use super::native::lua_state::Lua;
use super::native::native_fn::Api;
use super::native::{coroutine, marshal};
use crate::ledger::Held;
use crate::protocol::{Dialect, Error, Value};
use crate::text;
use mlua::ffi;
use std::ffi::{CString, c_int, c_uint};
use std::rc::Rc;

/// The run between two steps.
pub(super) enum MainThread {
    Source {
        name: String,
        code: Vec<u8>,
        args: Vec<Value>,
        keep_alive: bool,
        dialect: Dialect,
        test_functions: &'static [(&'static str, Api)],
    },
    Suspended {
        lua: Lua,
        thread: *mut ffi::lua_State,
    },
}

/// The outcome of a step.
pub(super) enum Step {
    Ended(Result<Vec<Value>, Error>),
    Yielded(MainThread, Yielded),
}

/// Takes one step: to the script's end, or to where it waits or gives way.
pub(super) fn step(context: &Rc<Context>, main_thread: MainThread) -> Step {
    context.resume();
    let (lua, thread, count) = match main_thread {
        MainThread::Suspended { lua, thread } => (lua, thread, 0),
        MainThread::Source {
            name,
            code,
            args,
            keep_alive,
            dialect,
            test_functions,
        } => match load(
            context,
            &name,
            &code,
            &args,
            keep_alive,
            dialect,
            test_functions,
        ) {
            Ok(loaded) => loaded,
            Err(error) => {
                context.pause();
                return Step::Ended(Err(error));
            }
        },
    };
    let (mut status, mut count) = (ffi::LUA_OK, count);
    // SAFETY: the thread is alive while `lua` is, and suspended or fresh. Resuming catches all that
    // is raised; it is protected because, if it did not, nobody else would.
    let caught = lua.protect(|state| unsafe {
        status = ffi::lua_resume(thread, state, count, &raw mut count);
    });
    if let Err(error) = caught {
        drop(lua);
        context.pause();
        return Step::Ended(Err(error));
    }
    if status == ffi::LUA_YIELD {
        context.pause();
        return match context.waiting.take() {
            Some(yielded) => Step::Yielded(MainThread::Suspended { lua, thread }, yielded),
            None => Step::Ended(Err(lua_error("attempt to yield from outside a coroutine"))),
        };
    }
    let result = if status == ffi::LUA_OK {
        results(context, &lua, thread, count)
    } else {
        Err(error_of(context, &lua, thread))
    };
    // Finalizers run here, under the run's limits.
    drop(lua);
    context.pause();
    Step::Ended(result)
}

/// What the main chunk returned: the topmost `count` values of `thread`. Protected, as resuming is.
fn results(
    context: &Context,
    lua: &Lua,
    thread: *mut ffi::lua_State,
    count: c_int,
) -> Result<Vec<Value>, Error> {
    let held = Held::new(context.memory.clone());
    let mut values = Ok(Vec::new());
    // SAFETY: the values are on the thread's stack, and reading raises nothing.
    lua.protect(|_| unsafe {
        values = (0..count)
            .map(|position| {
                let name = format!("result {}", position + 1);
                marshal::read(thread, position - count, &name, &held)
            })
            .collect();
    })?;
    values
}

fn fresh(context: &Context) -> Result<Lua, Error> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below 2^32"
    )]
    let seed = (context.platform.random() * 2f64.powi(32)) as c_uint;
    // SAFETY: each step holds the context, and drops the state first.
    unsafe { Lua::new(context, seed) }.ok_or_else(|| context.memory_exhausted())
}

/// A fresh Lua with the script in a coroutine, and how many arguments that has been given.
fn load(
    context: &Rc<Context>,
    name: &str,
    code: &[u8],
    args: &[Value],
    keep_alive: bool,
    dialect: Dialect,
    test_functions: &[(&'static str, Api)],
) -> Result<(Lua, *mut ffi::lua_State, c_int), Error> {
    if let Some(reason) = context.stop.reason() {
        return Err(reason);
    }
    let lua = fresh(context)?;
    let chunk = CString::new(format!("@{}", name.replace('\0', "?")))
        .map_err(|_| lua_error("the script's name holds a NUL byte"))?;
    let code = without_first_line_comment(code);
    let (mut thread, mut status) = (std::ptr::null_mut(), ffi::LUA_OK);
    let suspension = context.suspension;
    let script_id = context
        .identity
        .access()
        .map(|access| access.script().as_str());
    #[expect(clippy::cast_possible_truncation, reason = "an integer below 2^53")]
    let seed = (context.platform.random() * 2f64.powi(53)) as ffi::lua_Integer;
    // SAFETY: the closures hold nothing that needs dropping.
    unsafe {
        lua.protect(|state| {
            warn::install(state, context);
            globals::install(state, suspension, seed, script_id, test_functions);
            if dialect == Dialect::Lua51 {
                globals::install_names_of_51(state);
            }
        })
        .and_then(|()| {
            context.memory.set_limit(context.limits.memory_bytes);
            lua.protect(|state| {
                thread = ffi::lua_newthread(state);
                coroutine::set_root(state);
                if keep_alive {
                    ffi::lua_pushcfunction(thread, stay);
                }
                status = ffi::luaL_loadbufferx(
                    thread,
                    code.as_ptr().cast(),
                    code.len(),
                    chunk.as_ptr(),
                    c"t".as_ptr(),
                );
                if status == ffi::LUA_OK {
                    ffi::luaL_checkstack(
                        thread,
                        c_int::try_from(args.len()).unwrap_or(c_int::MAX),
                        std::ptr::null(),
                    );
                    for value in args {
                        marshal::push(state, value);
                        ffi::lua_xmove(state, thread, 1);
                    }
                    set_arg(state, thread, args.len(), name);
                }
            })
        })
        .map_err(|cause| context.stop.reason().unwrap_or(cause))?;
        if let Some(reason) = context.stop.reason() {
            return Err(reason);
        }
        if status != ffi::LUA_OK {
            return Err(lua_error(text::bounded(
                marshal::bytes_at(thread, -1),
                text::MESSAGE_BYTES,
            )));
        }
    }
    let count = c_int::try_from(args.len()).unwrap_or(c_int::MAX - 1) + c_int::from(keep_alive);
    Ok((lua, thread, count))
}

/// Makes the global `arg`: the name of the script at 0, and its `count` arguments, which lie on the
/// top of `thread`.
unsafe fn set_arg(
    state: *mut ffi::lua_State,
    thread: *mut ffi::lua_State,
    count: usize,
    name: &str,
) {
    unsafe {
        let count = c_int::try_from(count).unwrap_or(c_int::MAX);
        let below = ffi::lua_gettop(thread) - count;
        ffi::lua_createtable(state, count, 1);
        ffi::lua_pushlstring(state, name.as_ptr().cast(), name.len());
        ffi::lua_rawseti(state, -2, 0);
        ffi::luaL_checkstack(thread, 1, std::ptr::null());
        for position in 1..=count {
            ffi::lua_pushvalue(thread, below + position);
            ffi::lua_xmove(thread, state, 1);
            ffi::lua_rawseti(state, -2, position.into());
        }
        ffi::lua_setglobal(state, c"arg".as_ptr());
    }
}

/// Calls the main chunk with its arguments, and then stays for what the script watches.
unsafe extern "C-unwind" fn stay(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_callk(state, ffi::lua_gettop(state) - 1, 0, 0, Some(stay_on));
        stay_on(state, ffi::LUA_OK, 0)
    }
}

unsafe extern "C-unwind" fn stay_on(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe {
        if let Some(context) = Context::of(state) {
            context.resting.set(true);
        }
        state::keep_alive(state);
        ffi::lua_callk(state, 0, 0, 0, Some(stay_on));
        0
    }
}

/// What `thread` raised.
fn error_of(context: &Rc<Context>, lua: &Lua, thread: *mut ffi::lua_State) -> Error {
    // SAFETY: `uncaught` is made to be called protected.
    let told = lua.protect(|state| unsafe { uncaught(state, thread, context) });
    match (told, context.uncaught.take()) {
        (Ok(()), Some(error)) => error,
        (Err(cause), _) => lua_error(format_args!(
            "the script failed, and so did telling its error: {}",
            cause.message
        )),
        (Ok(()), None) => lua_error("the script failed without an error"),
    }
}
