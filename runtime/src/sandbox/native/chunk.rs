//! Sources, compiled.

use super::marshal::bytes_at;
use crate::modules::Module;
use crate::protocol::{Error, ErrorKind};
use crate::text;
use mlua::ffi;
use std::ffi::CString;

/// Pushes a module's main chunk.
///
/// # Errors
/// [`ErrorKind::Module`], which says why it does not compile.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(super) unsafe fn push_chunk(state: *mut ffi::lua_State, module: &Module) -> Result<(), Error> {
    let code = without_first_line_comment(&module.source);
    let name = CString::new(format!("@{}", module.name.replace('\0', "?"))).unwrap_or_default();
    // SAFETY: loading is protected.
    let (status, why) = unsafe {
        let status = ffi::luaL_loadbufferx(
            state,
            code.as_ptr().cast(),
            code.len(),
            name.as_ptr(),
            c"t".as_ptr(),
        );
        (status, bytes_at(state, -1))
    };
    if status == ffi::LUA_OK {
        return Ok(());
    }
    let why = text::bounded(why, text::MESSAGE_BYTES);
    let message = format_args!("module '{}' does not compile: {why}", module.name);
    Err(Error::new(ErrorKind::Module, message))
}

/// As native Lua's `luaL_loadfilex`: skips a byte-order mark, and a first line that begins
/// with `#` (but not its end, so that lines keep their numbers).
pub(in crate::sandbox) fn without_first_line_comment(code: &[u8]) -> &[u8] {
    let code = code.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(code);
    if code.first() != Some(&b'#') {
        return code;
    }
    let end = code
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(code.len());
    &code[end..]
}
