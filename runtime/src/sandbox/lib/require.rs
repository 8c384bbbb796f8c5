//! `require`: as Lua's own, but a searcher or a module's main chunk may wait, and a module
//! that requires itself gets an error that names the cycle.

use crate::modules::within;
use crate::protocol::{Error, ErrorKind};
use crate::sandbox::calm;
use crate::sandbox::context::Context;
use crate::sandbox::native::errors::raise;
use crate::sandbox::native::fuel::{self, raise_stop};
use crate::sandbox::native::marshal::bytes_at;
use crate::text;
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

/// Fuel for a call of a searcher, and for a look at an entry of the list.
const SEARCHER_FUEL: usize = 16;
const ENTRY_FUEL: usize = 10;
/// The most that is kept of the searchers' answers for the message, in bytes.
const ANSWER_BYTES: usize = 16 * 1024;

/// The registry's keys, by their addresses: the list of the modules that are being loaded,
/// and the metatable of its entries.
static LIST: u8 = 0;
static ENTRY: u8 = 0;

pub(in crate::sandbox) fn key(of: &'static u8) -> *const c_void {
    std::ptr::from_ref(of).cast()
}

/// Burns fuel for work that was done or is to be done; raises the stop of a run that is to end.
/// Nothing that must be dropped may be held meanwhile.
unsafe fn pay(state: *mut ffi::lua_State, units: usize) {
    unsafe {
        let stopped =
            Context::of(state).is_some_and(|context| fuel::work(state, context, units).is_err());
        if stopped {
            raise_stop(state)
        }
    }
}

/// Raises a module's error with this message.
unsafe fn fail(state: *mut ffi::lua_State, message: String) -> c_int {
    let Some(context) = (unsafe { Context::of(state) }) else {
        return 0;
    };
    unsafe {
        let stopped = fuel::work(state, context, message.len() >> 3).is_err();
        if stopped {
            drop(message);
            raise_stop(state)
        }
        raise(state, context, Error::new(ErrorKind::Module, message))
    }
}

/// `require(name)`. Its upvalue is `package`.
pub(in crate::sandbox) unsafe extern "C-unwind" fn require(state: *mut ffi::lua_State) -> c_int {
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

/// Requires another module, whatever it is called with. Its upvalues are `package` and that module's spec.
pub(super) unsafe extern "C-unwind" fn load_other(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_settop(state, 0);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        require(state)
    }
}

/// What the module is known by: its name, or what that means inside the module that requires it.
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
        match caller.and_then(|spec| within(spec, name)) {
            Some(pieces) => {
                for piece in &pieces {
                    ffi::lua_pushlstring(state, piece.as_ptr().cast(), piece.len());
                }
                ffi::lua_concat(state, 3);
            }
            None => ffi::lua_pushvalue(state, NAME),
        }
    }
}

/// The name of the chunk whose Lua function called, as [`calm::caller`] has it.
unsafe fn calling_chunk<'a>(state: *mut ffi::lua_State) -> Option<&'a [u8]> {
    let chunk = unsafe { calm::caller(state) };
    if let Some(name) = chunk {
        unsafe { pay(state, name.len() >> 3) }
    }
    chunk
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
/// suspended did not: then the module is loaded again, as Lua itself would.
unsafe fn refuse_cycle(state: *mut ffi::lua_State) {
    unsafe {
        let count = ffi::lua_rawlen(state, LOADING);
        pay(state, count.saturating_mul(ENTRY_FUEL));
        let mut cycle: Vec<String> = Vec::new();
        for index in 1..=lua_index(count) {
            ffi::lua_rawgeti(state, LOADING, index);
            ffi::lua_rawgeti(state, -1, 2);
            let calling = ffi::lua_status(ffi::lua_tothread(state, -1)) == ffi::LUA_OK;
            ffi::lua_rawgeti(state, -2, 1);
            if calling && (!cycle.is_empty() || ffi::lua_rawequal(state, -1, KEY) != 0) {
                cycle.push(text::name(bytes_at(state, -1)).into_owned());
            }
            ffi::lua_pop(state, 3);
        }
        let Some(first) = cycle.first() else {
            return drop(cycle);
        };
        let message = format!(
            "module '{first}' requires itself: {} -> {first}",
            cycle.join(" -> ")
        );
        drop(cycle);
        fail(state, message);
    }
}

/// Takes an entry out of the list: `__close`.
unsafe extern "C-unwind" fn end(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::lua_settop(state, 1);
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, key(&LIST));
        let count = ffi::lua_rawlen(state, 2);
        // It is there; mostly it is the last one.
        let mut index = count;
        while index > 1 {
            ffi::lua_rawgeti(state, 2, lua_index(index));
            let found = ffi::lua_rawequal(state, -1, 1) != 0;
            ffi::lua_pop(state, 1);
            if found {
                break;
            }
            index -= 1;
        }
        for index in index..=count {
            // The last one is followed by nil.
            ffi::lua_rawgeti(state, 2, lua_index(index) + 1);
            ffi::lua_rawseti(state, 2, lua_index(index));
        }
        pay(state, (count - index).saturating_mul(2 * ENTRY_FUEL));
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
            pay(state, SEARCHER_FUEL);
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

/// Adds what a searcher that found nothing said to the message, until that is long: a script may
/// have any number of searchers, and each copies it.
unsafe fn note_answer(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_settop(state, LOADER);
        let length = ffi::lua_rawlen(state, MESSAGE);
        let room = ANSWER_BYTES.saturating_sub(length);
        if room > 0 && ffi::lua_isstring(state, LOADER) != 0 {
            pay(state, length >> 4);
            // A number becomes text.
            ffi::lua_tolstring(state, LOADER, std::ptr::null_mut());
            let answer = bytes_at(state, LOADER);
            ffi::lua_pushvalue(state, MESSAGE);
            ffi::lua_pushliteral(state, c"\n\t");
            ffi::lua_pushlstring(state, answer.as_ptr().cast(), answer.len().min(room));
            let rest = if answer.len() > room { c"…" } else { c"" };
            ffi::lua_pushstring(state, rest.as_ptr());
            ffi::lua_concat(state, 4);
            ffi::lua_replace(state, MESSAGE);
        }
        ffi::lua_settop(state, MESSAGE);
    }
}

unsafe fn not_found(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let message = format!(
            "module '{}' not found:{}",
            text::name(bytes_at(state, KEY)),
            text::bounded(bytes_at(state, MESSAGE), text::MESSAGE_BYTES)
        );
        fail(state, message)
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
