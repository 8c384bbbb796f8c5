//! The functions of Lua's C that raise nothing where they are called with care. `cargo xtask lint` finds out
//! itself what else may raise, and takes what is here for calm: so keep it as short as it is.

use mlua::ffi;
use std::ffi::{CStr, c_int};

/// The bytes of the string at `index`; none when there is no string. A number would become one, for
/// which memory is needed.
///
/// # Safety
/// `index` is valid; the bytes stay while Lua keeps the string.
pub(super) unsafe fn bytes<'a>(state: *mut ffi::lua_State, index: c_int) -> &'a [u8] {
    unsafe {
        if ffi::lua_type(state, index) != ffi::LUA_TSTRING {
            return &[];
        }
        let mut len = 0;
        let text = ffi::lua_tolstring(state, index, &raw mut len);
        std::slice::from_raw_parts(text.cast(), len)
    }
}

/// The integer at `index`, if there is one. Of a text Lua would read a number, and burn fuel for its
/// length.
///
/// # Safety
/// `index` is valid.
pub(super) unsafe fn integer(state: *mut ffi::lua_State, index: c_int) -> Option<ffi::lua_Integer> {
    unsafe { (ffi::lua_isinteger(state, index) != 0).then(|| ffi::lua_tointeger(state, index)) }
}

/// The number at `index`, if there is one.
///
/// # Safety
/// `index` is valid.
pub(super) unsafe fn number(state: *mut ffi::lua_State, index: c_int) -> Option<ffi::lua_Number> {
    unsafe {
        (ffi::lua_type(state, index) == ffi::LUA_TNUMBER).then(|| ffi::lua_tonumber(state, index))
    }
}

/// Replaces the key on the top by the table's next key and its value; false, with neither, after the
/// last one.
///
/// # Safety
/// The table at `index` has the key, or it is nil; the stack has room for a value.
pub(super) unsafe fn next(state: *mut ffi::lua_State, index: c_int) -> bool {
    unsafe { ffi::lua_next(state, index) != 0 }
}

/// Calls the function below the topmost `arguments`, and gives the status and so many results, or the
/// error. Not to be yielded across: then an error would pass.
///
/// # Safety
/// They are there.
pub(super) unsafe fn call(state: *mut ffi::lua_State, arguments: c_int, results: c_int) -> c_int {
    unsafe { ffi::lua_pcallk(state, arguments, results, 0, 0, None) }
}

/// Sets an item of a list to the value on the top, and pops that. A new one would need memory.
///
/// # Safety
/// The table at `index` has an item that is not nil at `place`.
pub(super) unsafe fn replace_item(
    state: *mut ffi::lua_State,
    index: c_int,
    place: ffi::lua_Integer,
) {
    unsafe { ffi::lua_rawseti(state, index, place) }
}

/// How many frames of C may lie between a function and the chunk that calls it.
const FRAMES: c_int = 64;

/// The name of the chunk whose Lua function called, without its `@`. A chunk may have any name,
/// also one that frames of C go by.
///
/// # Safety
/// `state` is running a function of C.
pub(super) unsafe fn caller<'a>(state: *mut ffi::lua_State) -> Option<&'a [u8]> {
    unsafe {
        let frame = frame(state, FRAMES, |frame| CStr::from_ptr(frame.what) != c"C")?;
        let source = std::slice::from_raw_parts(frame.source.cast::<u8>(), frame.srclen);
        source.strip_prefix(b"@")
    }
}

/// The first that `is_wanted` of so many frames around the running function, with its source and line. To tell
/// these takes no memory.
///
/// # Safety
/// `state` is running a function of C.
pub(super) unsafe fn frame(
    state: *mut ffi::lua_State,
    most: c_int,
    is_wanted: impl Fn(&ffi::lua_Debug) -> bool,
) -> Option<ffi::lua_Debug> {
    let mut frame: ffi::lua_Debug = unsafe { std::mem::zeroed() };
    for level in 1..=most {
        unsafe {
            if ffi::lua_getstack(state, level, &raw mut frame) == 0 {
                break;
            }
            ffi::lua_getinfo(state, c"Sl".as_ptr(), &raw mut frame);
        }
        if is_wanted(&frame) {
            return Some(frame);
        }
    }
    None
}
