//! `package`, with the two searchers that `require` asks first: what the script preloads, and
//! the session's modules.

use super::require::{load_other, require};
use crate::modules::{ModuleState, Modules};
use crate::protocol::Error;
use crate::sandbox::calm;
use crate::sandbox::context::reply::Reply;
use crate::sandbox::native::answer::package_key;
use crate::sandbox::native::native_fn::{Api, Call, push_function};
use mlua::ffi;
use std::ffi::{CStr, c_int};
use std::rc::Rc;

/// Our libraries, by the names under which `require` finds them.
const OURS: &[(&CStr, &CStr)] = &[(c"file://state.lua", c"State"), (c"io", c"io")];

/// Our library that a script or a page may have its own of.
const JSON: &CStr = c"json";

/// Where stock Lua would look for files; here they are texts for those who ask.
const TEXTS: &[(&CStr, &CStr)] = &[
    (c"config", c"/\n;\n?\n!\n-\n"),
    (c"cpath", c""),
    (c"path", c"./?.lua;./?/init.lua"),
];

/// Makes `package` and `require`.
///
/// # Safety
/// `state` has our libraries as globals, room for six values, and may raise.
pub(in crate::sandbox) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, 0, 6);
        for (name, text) in TEXTS {
            ffi::lua_pushstring(state, text.as_ptr());
            ffi::lua_setfield(state, -2, name.as_ptr());
        }
        ffi::lua_getfield(state, ffi::LUA_REGISTRYINDEX, c"_LOADED".as_ptr());
        for (name, global) in OURS {
            ffi::lua_getglobal(state, global.as_ptr());
            ffi::lua_setfield(state, -2, name.as_ptr());
        }
        ffi::lua_pushvalue(state, -2);
        ffi::lua_setfield(state, -2, c"package".as_ptr());
        ffi::lua_setfield(state, -2, c"loaded".as_ptr());
        ffi::lua_createtable(state, 0, 0);
        ffi::lua_setfield(state, -2, c"preload".as_ptr());
        ffi::lua_createtable(state, 2, 0);
        ffi::lua_pushvalue(state, -2);
        ffi::lua_getglobal(state, JSON.as_ptr());
        ffi::lua_pushcclosure(state, preloaded, 2);
        ffi::lua_rawseti(state, -2, 1);
        push_function(state, "module searcher", FIND);
        ffi::lua_rawseti(state, -2, 2);
        ffi::lua_setfield(state, -2, c"searchers".as_ptr());
        ffi::lua_pushvalue(state, -1);
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, package_key());
        ffi::lua_pushvalue(state, -1);
        ffi::lua_pushcclosure(state, require, 1);
        ffi::lua_setglobal(state, c"require".as_ptr());
        ffi::lua_setglobal(state, c"package".as_ptr());
    }
}

/// The first searcher: `package.preload`, and then our `json`. Its upvalues are `package` and that.
unsafe extern "C-unwind" fn preloaded(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let name = ffi::luaL_checklstring(state, 1, std::ptr::null_mut());
        ffi::lua_getfield(state, ffi::lua_upvalueindex(1), c"preload".as_ptr());
        if ffi::lua_type(state, -1) == ffi::LUA_TTABLE {
            ffi::lua_getfield(state, -1, name);
            if ffi::lua_type(state, -1) != ffi::LUA_TNIL {
                ffi::lua_pushliteral(state, c":preload:");
                return 2;
            }
        }
        if CStr::from_ptr(name) == JSON {
            ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
            ffi::lua_pushcclosure(state, built_in, 1);
            ffi::lua_pushliteral(state, c":built in:");
            return 2;
        }
        ffi::lua_pushfstring(state, c"no field package.preload['%s']".as_ptr(), name);
        1
    }
}

/// Gives its upvalue.
unsafe extern "C-unwind" fn built_in(state: *mut ffi::lua_State) -> c_int {
    unsafe { ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1)) };
    1
}

/// The second searcher: the session's modules. It waits for what must be fetched.
const FIND: Api = |call: &mut Call<'_>| {
    let (modules, name) = (&call.context.modules, call.text(1)?);
    // SAFETY: the state is running this call.
    let from = unsafe { calm::caller(call.state) };
    let Some(resolved) = modules.resolve(name, from) else {
        return found(modules, name);
    };
    let (modules, name) = (modules.clone(), name.to_owned());
    Ok(Reply::Later(Box::pin(async move {
        match resolved.await? {
            Some(spec) => Ok(Reply::Loader(spec, load_other)),
            // What has no scheme is registered, or there is none.
            None => found(&modules, &name),
        }
    })))
};

fn found(modules: &Rc<Modules>, spec: &str) -> Result<Reply, Error> {
    Ok(match modules.find(spec)? {
        ModuleState::Ready(module) => Reply::Chunk(module),
        ModuleState::Missing(why) => Reply::Bytes(why.into_bytes()),
        ModuleState::Later(fetch) => {
            Reply::Later(Box::pin(async move { fetch.await.map(Reply::Chunk) }))
        }
    })
}
