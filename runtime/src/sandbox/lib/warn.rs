//! `warn`: what it says goes to the stream of errors, as in Lua's own program. Failed finalizers
//! warn too.

use crate::sandbox::context::Context;
use crate::sandbox::context::output::Stream;
use mlua::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};

/// Makes `context` take the warnings of its Lua.
///
/// # Safety
/// The context stays where it is and alive until the state is closed.
pub(in crate::sandbox) unsafe fn install(state: *mut ffi::lua_State, context: &Context) {
    unsafe {
        ffi::lua_setwarnf(
            state,
            Some(warn),
            std::ptr::from_ref(context).cast_mut().cast(),
        )
    }
}

/// Takes a piece of a warning; `to_continue` says that another follows. It raises nothing.
unsafe extern "C-unwind" fn warn(context: *mut c_void, piece: *const c_char, to_continue: c_int) {
    // SAFETY: `install` has given a context, and Lua a text.
    let (context, piece) = unsafe { (&*context.cast::<Context>(), CStr::from_ptr(piece)) };
    let (warnings, piece, to_continue) = (&context.warnings, piece.to_bytes(), to_continue != 0);
    if !warnings.begun.get() && !to_continue && piece.first() == Some(&b'@') {
        match piece {
            b"@on" => warnings.on.set(true),
            b"@off" => warnings.on.set(false),
            _ => {}
        }
        return;
    }
    if !warnings.on.get() {
        return;
    }
    if !warnings.begun.replace(to_continue) {
        context.print(Stream::Errors, b"Lua warning: ");
    }
    context.print(Stream::Errors, piece);
    if !to_continue {
        context.print(Stream::Errors, b"\n");
    }
}
