//! `require`: as Lua's own, but a searcher or a module's main chunk may wait, and a module
//! that requires itself gets an error that names the cycle.

use super::context::Context;
use super::errors::raise;
use super::marshal::bytes_at;
use crate::modules::beside;
use crate::protocol::{Error, ErrorKind};
use mlua::ffi;
use std::ffi::{c_int, c_void};

// The stack of a `require`.
const NAME: c_int = 1;
const KEY: c_int = 2;
const LOADED: c_int = 3;
const LOADING: c_int = 4;
const SEARCHERS: c_int = 5;
const MESSAGE: c_int = 6;
const LOADER: c_int = 7;
const DATA: c_int = 8;
const RESULT: c_int = 9;

/// The registry's keys, by their addresses: the list of the modules that are being loaded,
/// and the metatable of its entries.
static LIST: u8 = 0;
static ENTRY: u8 = 0;

fn key(of: &'static u8) -> *const c_void {
    std::ptr::from_ref(of).cast()
}

/// `require(name)`. Its upvalue is `package`.
pub(super) unsafe extern "C-unwind" fn require(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checklstring(state, NAME, std::ptr::null_mut());
        ffi::lua_settop(state, NAME);
        push_key(state);
        ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, c"_LOADED".as_ptr());
        for name in [NAME, KEY] {
            ffi::lua_pushvalue(state, name);
            ffi::lua_rawget(state, LOADED);
            if ffi::lua_toboolean(state, -1) != 0 {
                return 1;
            }
            ffi::lua_pop(state, 1);
        }
        begin(state);
        ffi::lua_getfield(state, ffi::lua_upvalueindex(1), c"searchers".as_ptr());
        if ffi::lua_type(state, SEARCHERS) != ffi::LUA_TTABLE {
            return ffi::luaL_error(state, c"'package.searchers' must be a table".as_ptr());
        }
        ffi::lua_pushliteral(state, c"");
        search(state, 1)
    }
}

/// What the module is known by: its name, or inside a wiki's module the page of that wiki.
/// What the script itself preloads goes by its name everywhere.
unsafe fn push_key(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_getfield(state, ffi::lua_upvalueindex(1), c"preload".as_ptr());
        if ffi::lua_type(state, -1) == ffi::LUA_TTABLE {
            ffi::lua_pushvalue(state, NAME);
            if ffi::lua_rawget(state, -2) != ffi::LUA_TNIL {
                ffi::lua_settop(state, NAME);
                return ffi::lua_pushvalue(state, NAME);
            }
        }
        ffi::lua_settop(state, NAME);
        let caller = calling_chunk(state).and_then(|source| std::str::from_utf8(source).ok());
        let Ok(name) = std::str::from_utf8(bytes_at(state, NAME)) else {
            return ffi::lua_pushvalue(state, NAME);
        };
        match caller.and_then(|spec| beside(spec, name)) {
            Some(wiki) => {
                ffi::lua_pushlstring(state, wiki.as_ptr().cast(), wiki.len());
                let namespace = if name.contains(':') { c"" } else { c"Module:" };
                ffi::lua_pushstring(state, namespace.as_ptr());
                ffi::lua_pushvalue(state, NAME);
                ffi::lua_concat(state, 3);
            }
            None => ffi::lua_pushvalue(state, NAME),
        }
    }
}

/// The name of the chunk whose Lua function called, without its `@`.
unsafe fn calling_chunk<'a>(state: *mut ffi::lua_State) -> Option<&'a [u8]> {
    unsafe {
        let mut frame: ffi::lua_Debug = std::mem::zeroed();
        for level in 1.. {
            if ffi::lua_getstack(state, level, &raw mut frame) == 0 {
                break;
            }
            ffi::lua_getinfo(state, c"S".as_ptr(), &raw mut frame);
            let source = std::slice::from_raw_parts(frame.source.cast::<u8>(), frame.srclen);
            if source != b"=[C]" {
                return source.strip_prefix(b"@");
            }
        }
        None
    }
}

/// Notes that the module is being loaded, until this call ends in any way. Pushes that entry:
/// its key, and the thread that loads it.
unsafe fn begin(state: *mut ffi::lua_State) {
    unsafe {
        if ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, key(&LIST)) == ffi::LUA_TNIL {
            ffi::lua_createtable(state, 0, 1);
            ffi::lua_pushcfunction(state, end);
            ffi::lua_setfield(state, -2, c"__close".as_ptr());
            ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, key(&ENTRY));
            ffi::lua_createtable(state, 1, 0);
            ffi::lua_copy(state, -1, -2);
            ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, key(&LIST));
        }
        refuse_cycle(state);
        ffi::lua_createtable(state, 2, 0);
        ffi::lua_pushvalue(state, KEY);
        ffi::lua_rawseti(state, -2, 1);
        ffi::lua_pushthread(state);
        ffi::lua_rawseti(state, -2, 2);
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, key(&ENTRY));
        ffi::lua_setmetatable(state, -2);
        ffi::lua_pushvalue(state, -1);
        let count = ffi::lua_rawlen(state, LOADING);
        ffi::lua_rawseti(state, LOADING, lua_index(count) + 1);
        ffi::lua_replace(state, LOADING);
        ffi::lua_toclose(state, LOADING);
    }
}

/// Raises an error when the module is being loaded by who called. A coroutine that was left
/// suspended did not: then the module is loaded anew, as Lua itself would.
unsafe fn refuse_cycle(state: *mut ffi::lua_State) {
    let mut cycle: Vec<String> = Vec::new();
    unsafe {
        for index in 1..=lua_index(ffi::lua_rawlen(state, LOADING)) {
            ffi::lua_rawgeti(state, LOADING, index);
            ffi::lua_rawgeti(state, -1, 2);
            let calling = ffi::lua_status(ffi::lua_tothread(state, -1)) == ffi::LUA_OK;
            ffi::lua_rawgeti(state, -2, 1);
            if calling && (!cycle.is_empty() || ffi::lua_rawequal(state, -1, KEY) != 0) {
                cycle.push(String::from_utf8_lossy(bytes_at(state, -1)).into_owned());
            }
            ffi::lua_pop(state, 3);
        }
        let (Some(first), Some(context)) = (cycle.first(), Context::of(state)) else {
            return drop(cycle);
        };
        let message = format!(
            "module '{first}' requires itself: {} -> {first}",
            cycle.join(" -> ")
        );
        drop(cycle);
        raise(state, context, Error::new(ErrorKind::Module, message))
    }
}

/// Takes an entry out of the list: `__close`.
unsafe extern "C-unwind" fn end(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_settop(state, 1);
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, key(&LIST));
        let count = lua_index(ffi::lua_rawlen(state, 2));
        let mut found = false;
        for index in 1..=count {
            ffi::lua_rawgeti(state, 2, index);
            found |= ffi::lua_rawequal(state, -1, 1) != 0;
            ffi::lua_pop(state, 1);
            if found {
                // The last one is followed by nil.
                ffi::lua_rawgeti(state, 2, index + 1);
                ffi::lua_rawseti(state, 2, index);
            }
        }
        0
    }
}

/// Asks the searchers from `index` on.
unsafe fn search(state: *mut ffi::lua_State, mut index: ffi::lua_Integer) -> c_int {
    unsafe {
        loop {
            if ffi::lua_rawgeti(state, SEARCHERS, index) == ffi::LUA_TNIL {
                return not_found(state);
            }
            ffi::lua_pushvalue(state, KEY);
            // A wasm32 context is a pointer's size; nobody has that many searchers.
            let context = index as ffi::lua_KContext;
            ffi::lua_callk(state, 1, 2, context, Some(searched));
            if ffi::lua_type(state, LOADER) == ffi::LUA_TFUNCTION {
                return load(state);
            }
            note_answer(state);
            index += 1;
        }
    }
}

unsafe extern "C-unwind" fn searched(
    state: *mut ffi::lua_State,
    _: c_int,
    index: ffi::lua_KContext,
) -> c_int {
    unsafe {
        if ffi::lua_type(state, LOADER) == ffi::LUA_TFUNCTION {
            return load(state);
        }
        note_answer(state);
        search(state, index as ffi::lua_Integer + 1)
    }
}

/// Adds what a searcher that found nothing said to the message.
unsafe fn note_answer(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_settop(state, LOADER);
        if ffi::lua_isstring(state, LOADER) != 0 {
            ffi::lua_pushvalue(state, MESSAGE);
            ffi::lua_pushliteral(state, c"\n\t");
            ffi::lua_pushvalue(state, LOADER);
            ffi::lua_concat(state, 3);
            ffi::lua_replace(state, MESSAGE);
        }
        ffi::lua_settop(state, MESSAGE);
    }
}

unsafe fn not_found(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        let error = Error::new(
            ErrorKind::Module,
            format!(
                "module '{}' not found:{}",
                String::from_utf8_lossy(bytes_at(state, KEY)),
                String::from_utf8_lossy(bytes_at(state, MESSAGE))
            ),
        );
        raise(state, context, error)
    }
}

/// Runs what the searcher found.
unsafe fn load(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_pushvalue(state, LOADER);
        ffi::lua_pushvalue(state, KEY);
        ffi::lua_pushvalue(state, DATA);
        ffi::lua_callk(state, 2, 1, 0, Some(loaded));
        loaded(state, ffi::LUA_OK, 0)
    }
}

/// Keeps what the module returned, or else what it put into `package.loaded`, or true.
unsafe extern "C-unwind" fn loaded(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe {
        if ffi::lua_type(state, RESULT) == ffi::LUA_TNIL {
            ffi::lua_pop(state, 1);
            ffi::lua_pushvalue(state, KEY);
            if ffi::lua_rawget(state, LOADED) == ffi::LUA_TNIL {
                ffi::lua_pushboolean(state, 1);
                ffi::lua_replace(state, RESULT);
            }
        }
        ffi::lua_pushvalue(state, KEY);
        ffi::lua_pushvalue(state, RESULT);
        ffi::lua_rawset(state, LOADED);
        ffi::lua_pushvalue(state, DATA);
        2
    }
}

fn lua_index(length: usize) -> ffi::lua_Integer {
    ffi::lua_Integer::try_from(length).unwrap_or(ffi::lua_Integer::MAX)
}
