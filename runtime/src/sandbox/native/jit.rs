//! What Lua asks of the compiler of hot functions: see `worker/lua-src/c/jit.h`.

use crate::protocol::Heat;
use crate::sandbox::compiled::Compiled;
use crate::sandbox::context::{Context, tank};
use mlua::ffi;
use std::ffi::{c_int, c_uint, c_void};

/// A function's prototype, of which only Lua's C knows more.
type Proto = c_void;

unsafe extern "C" {
    fn lua_jit_configure(state: *mut ffi::lua_State, heat: c_int, threshold: c_int, watched: c_int);
    fn lua_jit_words(proto: *const Proto) -> c_uint;
    fn lua_jit_describe(proto: *const Proto, words: *mut c_uint);
    fn lua_jit_profile(proto: *const Proto) -> *const c_uint;
    fn lua_jit_instructions(proto: *const Proto) -> c_uint;
}

/// Has a new state count what is hot, if anything is compiled in its session.
///
/// # Safety
/// `state` is alive and runs nothing yet.
pub(in crate::sandbox) unsafe fn configure(state: *mut ffi::lua_State, context: &Context) {
    let Some((Heat { threshold, watched }, has_some)) = context
        .compiled
        .as_ref()
        .and_then(|compiled| compiled.heat())
    else {
        return;
    };
    let number = |count: u32| c_int::try_from(count).unwrap_or(c_int::MAX - 1);
    // Where there is compiled code, each function that is called at all is looked for.
    let heat = if has_some { 1 } else { number(threshold) };
    unsafe { lua_jit_configure(state, heat, number(threshold), number(watched)) }
}

/// What never changes of a function.
unsafe fn describe(proto: *const Proto) -> Box<[u32]> {
    unsafe {
        let mut words = vec![0; lua_jit_words(proto) as usize];
        lua_jit_describe(proto, words.as_mut_ptr());
        words.into()
    }
}

#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_jit_is_ready(state: *mut ffi::lua_State) -> c_int {
    let compiled = unsafe { Context::of(state) }.and_then(|context| context.compiled.as_ref());
    c_int::from(compiled.is_some_and(|compiled| compiled.is_ready()))
}

#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_jit_find(state: *mut ffi::lua_State, proto: *const Proto) -> c_int {
    let Some(context) = (unsafe { Context::of(state) }) else {
        return 0;
    };
    let code = context
        .compiled
        .as_ref()
        .filter(|compiled| compiled.heat().is_some_and(|(_, has_some)| has_some))
        .and_then(|compiled| compiled.find(&unsafe { describe(proto) }));
    context.count(code);
    code.map_or(0, u32::cast_signed)
}

#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_jit_compile(
    state: *mut ffi::lua_State,
    proto: *const Proto,
) -> c_int {
    let Some(context) = (unsafe { Context::of(state) }) else {
        return 0;
    };
    let profile = unsafe {
        std::slice::from_raw_parts(lua_jit_profile(proto), lua_jit_instructions(proto) as usize)
    };
    let description = unsafe { describe(proto) };
    let code = context.compile(|compiled| compiled.compile(description, profile.into()));
    code.map_or(0, u32::cast_signed)
}

#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn lua_jit_failed(
    state: *mut ffi::lua_State,
    proto: *const Proto,
    pc: c_int,
) {
    if let Some(context) = unsafe { Context::of(state) } {
        let description = unsafe { describe(proto) };
        context.compile(|compiled| {
            compiled.has_failed(&description, pc.cast_unsigned());
            None
        });
    }
}

impl Context {
    /// Counts a function that has code.
    fn count(&self, code: Option<u32>) {
        let count = self.compiled_functions.get() + u32::from(code.is_some());
        self.compiled_functions.set(count);
    }

    /// Has something compiled, on the run's account.
    fn compile(&self, with: impl FnOnce(&Compiled) -> Option<u32>) -> Option<u32> {
        let compiled = self.compiled.as_ref()?;
        let (before, bytes) = (self.platform.monotonic_ms(), compiled.bytes());
        let code = with(compiled);
        self.compile_ms
            .set(self.compile_ms.get() + self.platform.monotonic_ms() - before);
        let new = u32::try_from(compiled.bytes() - bytes).unwrap_or(u32::MAX);
        self.compiled_bytes
            .set(self.compiled_bytes.get().saturating_add(new));
        self.count(code);
        // That took the run's time: the next safepoint looks at the clock.
        if tank::left() > 0 {
            tank::exhaust();
        }
        code
    }
}
