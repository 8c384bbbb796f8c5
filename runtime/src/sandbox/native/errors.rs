//! Errors on both sides: ours become texts in Lua that have a `code` and a `message`; what a script
//! raised becomes an [`Error`].

use super::marshal;
use crate::protocol::{Error, ErrorKind, Value};
use crate::sandbox::calm;
use crate::sandbox::context::Context;
use crate::sandbox::context::raised::Raised;
use crate::text;
use mlua::ffi;
use std::ffi::{CStr, c_int};
use std::fmt::Display;

/// The longest traceback that is shown, in bytes.
const TRACEBACK_BYTES: usize = 16 * 1024;

/// The most memory that an error's value may take, in bytes: a failure is told, data is returned.
const VALUE_BYTES: usize = 256 * 1024;

/// The name that Lua has for the sandbox's own chunks.
const SANDBOX: &CStr = c"[sandbox]";

/// How many functions of the sandbox's may lie between a call by Lua code and what raises.
const FRAMES: c_int = 4;

/// Raises `error` in Lua, as a text that begins with the place of the call, as from stock Lua's functions.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(in crate::sandbox) unsafe fn raise(
    state: *mut ffi::lua_State,
    context: &Context,
    error: Error,
) -> ! {
    keep(context, error);
    unsafe { raise_kept(state, context) }
}

/// Keeps `error` in the context, to be raised by [`raise_kept`].
pub(in crate::sandbox) fn keep(context: &Context, error: Error) {
    context.raising.borrow_mut().push(Box::new(error));
}

/// Raises the error that was kept last.
///
/// # Safety
/// As [`raise`], and nothing in the caller needs dropping.
pub(in crate::sandbox) unsafe fn raise_kept(state: *mut ffi::lua_State, context: &Context) -> ! {
    unsafe {
        if ffi::lua_checkstack(state, 4) == 0 {
            drop(context.raising.borrow_mut().pop());
            ffi::luaL_error(state, c"stack overflow".as_ptr());
        }
        let (depth, error) = {
            let raising = context.raising.borrow();
            (
                raising.len(),
                raising.last().map(|error| &raw const **error),
            )
        };
        push_place(state);
        if let Some(error) = error {
            // SAFETY: what finalizers raise meanwhile is kept above it.
            let Error { message, .. } = &*error;
            ffi::lua_pushlstring(state, message.as_ptr().cast(), message.len());
            ffi::lua_concat(state, 2);
        }
        let error = {
            let mut raising = context.raising.borrow_mut();
            raising.truncate(depth);
            raising.pop()
        };
        if let Some(error) = error {
            context.raised.keep(state, *error);
        }
        ffi::lua_error(state)
    }
}

/// Pushes the file and line of the Lua code whose call is running, as `luaL_where` does for a function
/// that Lua code calls itself.
unsafe fn push_place(state: *mut ffi::lua_State) {
    unsafe {
        let is_code = |frame: &ffi::lua_Debug| {
            frame.currentline > 0 && CStr::from_ptr(frame.short_src.as_ptr()) != SANDBOX
        };
        match calm::frame(state, FRAMES, is_code) {
            Some(frame) => {
                let source = frame.short_src.as_ptr();
                ffi::lua_pushfstring(state, c"%s:%d: ".as_ptr(), source, frame.currentline);
            }
            None => {
                ffi::lua_pushliteral(state, c"");
            }
        }
    }
}

/// Makes an [`Error`] of what ended `thread` and leaves it in the context. Closes the thread's
/// to-be-closed variables, and runs the value's `__tostring`.
///
/// # Safety
/// `state` has room for five values and may raise; `thread` has ended with an error, whose
/// value is on its top.
pub(in crate::sandbox) unsafe fn uncaught(
    state: *mut ffi::lua_State,
    thread: *mut ffi::lua_State,
    context: &Context,
) {
    unsafe {
        ffi::luaL_traceback(state, thread, std::ptr::null(), 0);
        let traceback = ffi::lua_gettop(state);
        ffi::lua_closethread(thread, state);
        ffi::lua_xmove(thread, state, 1);
        let value = ffi::lua_gettop(state);
        let place = Raised::find(state, value);
        let told = place.is_some() || push_message(state, value);
        // From here on nothing is raised.
        let known = place.and_then(|place| context.raised.take(place));
        let mut error = known.unwrap_or_else(|| {
            let message = text::bounded(marshal::bytes_at(state, -1), text::MESSAGE_BYTES);
            if !told {
                return lua_error(format_args!(
                    "the script failed, and so did telling its error: {message}"
                ));
            }
            match marshal::read_small(state, value, VALUE_BYTES) {
                Some(value) => Error::new(ErrorKind::Lua { value }, message),
                None => lua_error(message),
            }
        });
        error.traceback =
            text::bounded(marshal::bytes_at(state, traceback), TRACEBACK_BYTES).into_owned();
        context.uncaught.replace(Some(error));
    }
}

/// Pushes what native Lua's own program says of an uncaught value, or what that itself raised: then
/// it is false.
///
/// # Safety
/// As [`uncaught`].
unsafe fn push_message(state: *mut ffi::lua_State, value: c_int) -> bool {
    unsafe {
        ffi::lua_pushcfunction(state, message_of);
        ffi::lua_pushvalue(state, value);
        ffi::lua_pcall(state, 1, 1, 0) == ffi::LUA_OK
    }
}

unsafe extern "C-unwind" fn message_of(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let value = 1;
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
        1
    }
}

/// An error that a script raised with a message of its own, or that its source has.
pub(in crate::sandbox) fn lua_error(message: impl Display) -> Error {
    let mut error = Error::new(ErrorKind::Lua { value: Value::Nil }, message);
    let value = Value::Str(error.message.clone());
    *error.kind = ErrorKind::Lua { value };
    error
}
