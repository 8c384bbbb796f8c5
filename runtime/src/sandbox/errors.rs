//! Errors on both sides: ours become Lua tables with `code` and `message`; what a script
//! raised becomes an [`Error`].

use super::call::Reply;
use super::context::Context;
use super::marshal;
use crate::protocol::{Error, ErrorKind, Value};
use mlua::ffi;
use std::ffi::{c_int, c_void};

/// The registry's key for the metatable of our errors: its address.
static METATABLE: u8 = 0;

/// What a traceback shows at most, in bytes.
const TRACEBACK_BYTES: usize = 16 * 1024;

fn metatable_key() -> *const c_void {
    (&raw const METATABLE).cast()
}

/// Makes the metatable of our errors.
///
/// # Safety
/// `state` has room for three values and may raise.
pub(super) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, 0, 2);
        ffi::lua_pushcfunction(state, message);
        ffi::lua_setfield(state, -2, c"__tostring".as_ptr());
        ffi::lua_pushliteral(state, c"error");
        ffi::lua_setfield(state, -2, c"__name".as_ptr());
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, metatable_key());
    }
}

unsafe extern "C-unwind" fn message(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        // A script can take this function out of the metatable.
        ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        ffi::lua_pushliteral(state, c"message");
        ffi::lua_rawget(state, 1);
        1
    }
}

/// Raises `error` in Lua, as a table with `code` and `message`.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(super) unsafe fn raise(state: *mut ffi::lua_State, context: &Context, error: Error) -> ! {
    unsafe {
        let parked: *const (usize, Error) = {
            let mut raised = context.raised.borrow_mut();
            &raw const *raised.insert((0, error))
        };
        // SAFETY: nothing is raised between here and the last use but for want of memory,
        // which ends the run.
        let error = &(*parked).1;
        ffi::lua_createtable(state, 0, 2);
        let address = ffi::lua_topointer(state, -1) as usize;
        let code = error.kind.code();
        ffi::lua_pushlstring(state, code.as_ptr().cast(), code.len());
        ffi::lua_setfield(state, -2, c"code".as_ptr());
        ffi::lua_pushlstring(state, error.message.as_ptr().cast(), error.message.len());
        ffi::lua_setfield(state, -2, c"message".as_ptr());
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, metatable_key());
        ffi::lua_setmetatable(state, -2);
        if let Some(raised) = context.raised.borrow_mut().as_mut() {
            raised.0 = address;
        }
        ffi::lua_error(state)
    }
}

/// Makes an [`Error`] of what ended `thread` and leaves it in the context. Closes the thread's
/// to-be-closed variables, and runs the value's `__tostring`.
///
/// # Safety
/// `state` has room for five values and may raise; `thread` has ended with an error, whose
/// value is on its top.
pub(super) unsafe fn uncaught(
    state: *mut ffi::lua_State,
    thread: *mut ffi::lua_State,
    context: &Context,
) {
    unsafe {
        ffi::luaL_traceback(state, thread, std::ptr::null(), 0);
        let traceback = marshal::bytes_at(state, -1);
        ffi::lua_closethread(thread, state);
        ffi::lua_xmove(thread, state, 1);
        let value = ffi::lua_gettop(state);
        let address = ffi::lua_topointer(state, value) as usize;
        let known = matches!(&*context.raised.borrow(), Some((raised, _)) if *raised == address && address != 0);
        if !known {
            // Text first: it may raise, and then nothing of Rust's may need dropping.
            push_message(state, value);
            let message = String::from_utf8_lossy(marshal::bytes_at(state, -1)).into_owned();
            let value = marshal::read(state, value, "error")
                .unwrap_or_else(|_| Value::Str(message.clone()));
            *context.raised.borrow_mut() = Some((0, Error::new(ErrorKind::Lua { value }, message)));
        }
        let traceback = String::from_utf8_lossy(&traceback[..traceback.len().min(TRACEBACK_BYTES)])
            .into_owned();
        if let Some((_, error)) = context.raised.borrow_mut().as_mut() {
            error.traceback = traceback;
        }
    }
}

/// Pushes what native Lua's own program says of an uncaught value.
///
/// # Safety
/// As [`uncaught`].
unsafe fn push_message(state: *mut ffi::lua_State, value: c_int) {
    unsafe {
        let text = matches!(
            ffi::lua_type(state, value),
            ffi::LUA_TSTRING | ffi::LUA_TNUMBER
        );
        if text || ffi::luaL_getmetafield(state, value, c"__tostring".as_ptr()) != ffi::LUA_TNIL {
            ffi::luaL_tolstring(state, value, std::ptr::null_mut());
        } else {
            let kind = ffi::luaL_typename(state, value);
            ffi::lua_pushfstring(state, c"(error object is a %s value)".as_ptr(), kind);
        }
    }
}

/// An error that a script raised with a message of its own, or that its source has.
pub(super) fn lua_error(message: impl Into<String>) -> Error {
    let message = message.into();
    Error::new(
        ErrorKind::Lua {
            value: Value::Str(message.clone()),
        },
        message,
    )
}

/// A reply that is nothing but an error for Lua.
pub(super) fn fail(kind: ErrorKind, message: impl Into<String>) -> Result<Reply, Error> {
    Err(Error::new(kind, message))
}
