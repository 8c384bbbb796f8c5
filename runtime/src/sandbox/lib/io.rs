//! `io` in Lua: the three standard streams and no files. What is written goes to the run's
//! output; what is read is the input that the page gives.

use super::reading::{self, Format};
use crate::sandbox::context::Context;
use crate::sandbox::context::output::Stream;
use crate::sandbox::context::reply::Reply;
use crate::sandbox::native::native_fn::{Api, push_function};
use mlua::ffi;
use std::ffi::{CStr, c_int};

/// Stock Lua's names for the metatable of files and for the default streams, in the registry.
const FILE: &CStr = c"FILE*";
const DEFAULT_INPUT: &CStr = c"_IO_input";
const DEFAULT_OUTPUT: &CStr = c"_IO_output";

/// A stream's number, in its userdata.
const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;

/// Each stream's name in `io`, the default that it is at first, and its number.
const STREAMS: &[(&CStr, Option<&CStr>, u8)] = &[
    (c"stdin", Some(DEFAULT_INPUT), STDIN),
    (c"stdout", Some(DEFAULT_OUTPUT), STDOUT),
    (c"stderr", None, STDERR),
];

/// A function in C has 255 upvalues at most.
const MOST_FORMATS: c_int = 250;

/// C's errors of files, as stock Lua tells them.
const BAD_DESCRIPTOR: (&CStr, ffi::lua_Integer) = (c"Bad file descriptor", 9);
const ILLEGAL_SEEK: (&CStr, ffi::lua_Integer) = (c"Illegal seek", 29);

const FUNCTIONS: &[(&CStr, ffi::lua_CFunction)] = &[
    (c"close", close),
    (c"flush", flush),
    (c"input", default_input),
    (c"lines", lines),
    (c"output", default_output),
    (c"read", read),
    (c"type", type_),
    (c"write", write),
];

const METHODS: &[(&CStr, ffi::lua_CFunction)] = &[
    (c"close", file_close),
    (c"flush", file_flush),
    (c"lines", file_lines),
    (c"read", file_read),
    (c"seek", file_seek),
    (c"setvbuf", file_setvbuf),
    (c"write", file_write),
];

/// Makes the global `io`.
///
/// # Safety
/// `state` has room for five values and may raise.
pub(in crate::sandbox) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::luaL_newmetatable(state, FILE.as_ptr());
        ffi::lua_pushcfunction(state, file_text);
        ffi::lua_setfield(state, -2, c"__tostring".as_ptr());
        fill(state, METHODS);
        ffi::lua_setfield(state, -2, c"__index".as_ptr());
        fill(state, FUNCTIONS);
        for (name, default, number) in STREAMS {
            *ffi::lua_newuserdatauv(state, 1, 0).cast::<u8>() = *number;
            ffi::lua_pushvalue(state, -3);
            ffi::lua_setmetatable(state, -2);
            if let Some(default) = default {
                ffi::lua_pushvalue(state, -1);
                ffi::lua_setfield(state, ffi::LUA_REGISTRYINDEX, default.as_ptr());
            }
            ffi::lua_setfield(state, -2, name.as_ptr());
        }
        ffi::lua_setglobal(state, c"io".as_ptr());
        ffi::lua_pop(state, 1);
    }
}

unsafe fn fill(state: *mut ffi::lua_State, functions: &[(&CStr, ffi::lua_CFunction)]) {
    unsafe {
        ffi::lua_createtable(state, 0, c_int::try_from(functions.len() + 3).unwrap_or(0));
        for (name, function) in functions {
            ffi::lua_pushcfunction(state, *function);
            ffi::lua_setfield(state, -2, name.as_ptr());
        }
    }
}

/// The stream at `index`; raises an error when there is none.
unsafe fn check_stream(state: *mut ffi::lua_State, index: c_int) -> u8 {
    unsafe { *ffi::luaL_checkudata(state, index, FILE.as_ptr()).cast::<u8>() }
}

/// A default stream, which it leaves on the top.
unsafe fn push_default(state: *mut ffi::lua_State, name: &CStr) -> u8 {
    unsafe {
        ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, name.as_ptr());
        check_stream(state, -1)
    }
}

/// `nil`, a message and its number.
unsafe fn fail(state: *mut ffi::lua_State, (message, number): (&CStr, ffi::lua_Integer)) -> c_int {
    unsafe {
        ffi::lua_pushnil(state);
        ffi::lua_pushstring(state, message.as_ptr());
        ffi::lua_pushinteger(state, number);
        3
    }
}

unsafe fn push_true(state: *mut ffi::lua_State) -> c_int {
    unsafe { ffi::lua_pushboolean(state, 1) };
    1
}

unsafe extern "C-unwind" fn type_(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checkany(state, 1);
        if ffi::luaL_testudata(state, 1, FILE.as_ptr()).is_null() {
            ffi::lua_pushnil(state);
        } else {
            ffi::lua_pushliteral(state, c"file");
        }
        1
    }
}

unsafe extern "C-unwind" fn file_text(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        check_stream(state, 1);
        ffi::lua_pushfstring(state, c"file (%p)".as_ptr(), ffi::lua_topointer(state, 1));
        1
    }
}

/// As stock Lua says of its standard streams.
unsafe extern "C-unwind" fn close(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        if ffi::lua_type(state, 1) != ffi::LUA_TNONE {
            check_stream(state, 1);
        }
        ffi::lua_pushnil(state);
        ffi::lua_pushliteral(state, c"cannot close standard file");
        2
    }
}

unsafe extern "C-unwind" fn file_close(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        check_stream(state, 1);
        close(state)
    }
}

/// Output leaves at the next frame of the page at the latest: there is nothing to flush.
unsafe extern "C-unwind" fn flush(state: *mut ffi::lua_State) -> c_int {
    unsafe { push_true(state) }
}

unsafe extern "C-unwind" fn file_flush(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        check_stream(state, 1);
        push_true(state)
    }
}

unsafe extern "C-unwind" fn file_setvbuf(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        check_stream(state, 1);
        let modes = [
            c"no".as_ptr(),
            c"full".as_ptr(),
            c"line".as_ptr(),
            std::ptr::null(),
        ];
        ffi::luaL_checkoption(state, 2, std::ptr::null(), modes.as_ptr());
        push_true(state)
    }
}

unsafe extern "C-unwind" fn file_seek(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        check_stream(state, 1);
        fail(state, ILLEGAL_SEEK)
    }
}

unsafe extern "C-unwind" fn default_input(state: *mut ffi::lua_State) -> c_int {
    unsafe { default_stream(state, DEFAULT_INPUT) }
}

unsafe extern "C-unwind" fn default_output(state: *mut ffi::lua_State) -> c_int {
    unsafe { default_stream(state, DEFAULT_OUTPUT) }
}

unsafe fn default_stream(state: *mut ffi::lua_State, default: &CStr) -> c_int {
    unsafe {
        if ffi::lua_isnoneornil(state, 1) == 0 {
            no_file(state);
            check_stream(state, 1);
            ffi::lua_pushvalue(state, 1);
            ffi::lua_setfield(state, ffi::LUA_REGISTRYINDEX, default.as_ptr());
        }
        ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, default.as_ptr());
        1
    }
}

/// Raises an error when the first argument names a file.
unsafe fn no_file(state: *mut ffi::lua_State) {
    unsafe {
        let name = ffi::lua_tostring(state, 1);
        if !name.is_null() {
            ffi::luaL_error(
                state,
                c"%s: files are not available in the sandbox".as_ptr(),
                name,
            );
        }
    }
}

unsafe extern "C-unwind" fn write(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let stream = push_default(state, DEFAULT_OUTPUT);
        ffi::lua_insert(state, 1);
        write_to(state, stream, 1)
    }
}

unsafe extern "C-unwind" fn file_write(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let stream = check_stream(state, 1);
        write_to(state, stream, 0)
    }
}

/// Writes what lies above the stream, which is at index 1 and which it gives. An argument's number
/// is `shift` below its index.
unsafe fn write_to(state: *mut ffi::lua_State, stream: u8, shift: c_int) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        let stream = match stream {
            STDOUT => Stream::Output,
            STDERR => Stream::Errors,
            _ => return fail(state, BAD_DESCRIPTOR),
        };
        for index in 2..=ffi::lua_gettop(state) {
            let kind = ffi::lua_type(state, index);
            if kind != ffi::LUA_TSTRING && kind != ffi::LUA_TNUMBER {
                let got = ffi::luaL_typename(state, index);
                let why = ffi::lua_pushfstring(state, c"string expected, got %s".as_ptr(), got);
                ffi::luaL_argerror(state, index - shift, why);
            }
            let is_float = kind == ffi::LUA_TNUMBER && ffi::lua_isinteger(state, index) == 0;
            let mut len = 0;
            let text = ffi::lua_tolstring(state, index, &raw mut len);
            let mut text: &[u8] = std::slice::from_raw_parts(text.cast(), len);
            // Stock Lua writes a float by C's "%.14g", which has no fraction where there is none.
            if is_float {
                text = text.strip_suffix(b".0").unwrap_or(text);
            }
            context.print(stream, text);
        }
        ffi::lua_settop(state, 1);
        1
    }
}

/// Reads the input by formats. Calls may wait, so it is [`READ`] that does it.
unsafe extern "C-unwind" fn read(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let stream = push_default(state, DEFAULT_INPUT);
        ffi::lua_pop(state, 1);
        read_from(state, stream, 1)
    }
}

unsafe extern "C-unwind" fn file_read(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let stream = check_stream(state, 1);
        read_from(state, stream, 2)
    }
}

unsafe fn read_from(state: *mut ffi::lua_State, stream: u8, first: c_int) -> c_int {
    unsafe {
        if stream != STDIN {
            return fail(state, BAD_DESCRIPTOR);
        }
        if ffi::lua_gettop(state) < first {
            ffi::lua_pushliteral(state, c"l");
        }
        let last = ffi::lua_gettop(state);
        for index in first..=last {
            if format_at(state, index).is_none() {
                ffi::luaL_argerror(state, index, c"invalid format".as_ptr());
            }
        }
        let count = last - first + 1;
        ffi::luaL_checkstack(state, count + 3, c"too many arguments".as_ptr());
        push_function(state, "read", READ);
        for index in first..=last {
            ffi::lua_pushvalue(state, index);
        }
        // The continuation is told where the formats lie.
        let place = last as ffi::lua_KContext * 2 + ffi::lua_KContext::from(first == 2);
        ffi::lua_callk(state, count, ffi::LUA_MULTRET, place, Some(was_read));
        was_read(state, ffi::LUA_OK, place)
    }
}

/// The format at `index`; none for an invalid format.
unsafe fn format_at(state: *mut ffi::lua_State, index: c_int) -> Option<Format> {
    unsafe {
        if ffi::lua_type(state, index) == ffi::LUA_TNUMBER {
            ffi::luaL_checkinteger(state, index);
            return Some(Format::bytes(ffi::lua_tonumber(state, index)));
        }
        let mut len = 0;
        let text = ffi::luaL_checklstring(state, index, &raw mut len);
        Format::parse(std::slice::from_raw_parts(text.cast(), len))
    }
}

/// What was read lies above the formats. For `n` it is text up to here.
unsafe extern "C-unwind" fn was_read(
    state: *mut ffi::lua_State,
    _: c_int,
    place: ffi::lua_KContext,
) -> c_int {
    unsafe {
        let last = c_int::try_from(place / 2).unwrap_or(c_int::MAX);
        let first = if place % 2 == 0 { 1 } else { 2 };
        let count = ffi::lua_gettop(state) - last;
        for position in 0..count {
            let (format, index) = (first + position, last + 1 + position);
            let is_text = ffi::lua_type(state, index) == ffi::LUA_TSTRING;
            if !is_text || format > last || format_at(state, format) != Some(Format::Number) {
                continue;
            }
            if ffi::lua_stringtonumber(state, ffi::lua_tostring(state, index)) == 0 {
                ffi::lua_settop(state, index - 1);
                ffi::lua_pushnil(state);
                return position + 1;
            }
            ffi::lua_replace(state, index);
        }
        count
    }
}

/// Reads by the formats that are its arguments, to the first that finds nothing. They were checked.
const READ: Api = |call| {
    let mut formats = Vec::new();
    for index in 1..=call.count() {
        formats.extend(match call.number(index) {
            Ok(Some(count)) => Some(Format::bytes(count)),
            _ => Format::parse(call.text(index)?.as_bytes()),
        });
    }
    Ok(Reply::Later(Box::pin(reading::read(call.context, formats))))
};

unsafe extern "C-unwind" fn lines(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        if ffi::lua_isnoneornil(state, 1) == 0 {
            no_file(state);
        }
        if ffi::lua_gettop(state) == 0 {
            ffi::lua_settop(state, 1);
        }
        push_default(state, DEFAULT_INPUT);
        ffi::lua_replace(state, 1);
        file_lines(state)
    }
}

/// Gives an iterator that reads by the formats.
unsafe extern "C-unwind" fn file_lines(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        check_stream(state, 1);
        let count = ffi::lua_gettop(state);
        if count > MOST_FORMATS {
            ffi::luaL_argerror(state, MOST_FORMATS + 1, c"too many arguments".as_ptr());
        }
        ffi::lua_pushinteger(state, count.into());
        ffi::lua_insert(state, 1);
        ffi::lua_pushcclosure(state, next_line, count + 1);
        1
    }
}

/// The upvalues are how many others there are, the stream, and the formats.
unsafe extern "C-unwind" fn next_line(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_settop(state, 0);
        let count = ffi::lua_tointeger(state, ffi::lua_upvalueindex(1));
        let count = c_int::try_from(count).unwrap_or(0);
        ffi::luaL_checkstack(state, count, c"too many arguments".as_ptr());
        for number in 1..=count {
            ffi::lua_pushvalue(state, ffi::lua_upvalueindex(number + 1));
        }
        file_read(state)
    }
}
