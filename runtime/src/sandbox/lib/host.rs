//! `host` in Lua.

use crate::protocol::Error;
use crate::sandbox::context::Context;
use crate::sandbox::context::reply::Reply;
use crate::sandbox::native::marshal;
use crate::sandbox::native::native_fn::{Call, push_function};
use mlua::ffi;
use std::ffi::c_int;

/// Makes `host`: a table whose fields are functions, made when first asked for.
///
/// # Safety
/// `state` has room for five values and may raise; its globals have `next`.
pub(in crate::sandbox) unsafe fn push_table(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, 0, 0);
        ffi::lua_createtable(state, 0, 3);
        ffi::lua_pushvalue(state, -2);
        ffi::lua_pushcclosure(state, index, 1);
        ffi::lua_setfield(state, -2, c"__index".as_ptr());
        ffi::lua_getglobal(state, c"next".as_ptr());
        ffi::lua_pushcclosure(state, pairs, 1);
        ffi::lua_setfield(state, -2, c"__pairs".as_ptr());
        ffi::lua_pushboolean(state, 0);
        ffi::lua_setfield(state, -2, c"__metatable".as_ptr());
        ffi::lua_setmetatable(state, -2);
    }
}

/// `host.NAME`: a function that carries its name as its first argument; nil when the page has none.
unsafe extern "C-unwind" fn index(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        let Some(context) = Context::of(state) else {
            return 0;
        };
        if ffi::lua_type(state, 2) != ffi::LUA_TSTRING
            || !context.host.names().has(marshal::bytes_at(state, 2))
        {
            return 0;
        }
        push_function(state, "host function", call_host);
        ffi::lua_pushvalue(state, 2);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_pushcclosure(state, with_name, 3);
        ffi::lua_pushvalue(state, 2);
        ffi::lua_pushvalue(state, -2);
        ffi::lua_rawset(state, 1);
        1
    }
}

/// `pairs(host)`: all that the page has.
unsafe extern "C-unwind" fn pairs(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        let mut index = 0;
        while let Some(name) = Context::of(state).and_then(|context| context.host.names().at(index))
        {
            let name = &*name;
            ffi::lua_pushlstring(state, name.as_ptr().cast(), name.len());
            // Makes the function, and keeps it.
            ffi::lua_gettable(state, 1);
            ffi::lua_pop(state, 1);
            index += 1;
        }
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_pushvalue(state, 1);
        2
    }
}

/// Puts the name before the arguments and goes on to [`call_host`].
unsafe extern "C-unwind" fn with_name(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let count = ffi::lua_gettop(state);
        if ffi::lua_rawequal(state, 1, ffi::lua_upvalueindex(3)) != 0 {
            let name = ffi::lua_tolstring(state, ffi::lua_upvalueindex(2), std::ptr::null_mut());
            let says =
                c"host.%s is called with a dot, as host.%s(...): a colon gives it host itself";
            ffi::luaL_error(state, says.as_ptr(), name, name);
        }
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        ffi::lua_insert(state, 1);
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        ffi::lua_insert(state, 2);
        ffi::lua_callk(state, count + 1, ffi::LUA_MULTRET, 0, Some(called));
        called(state, ffi::LUA_OK, 0)
    }
}

unsafe extern "C-unwind" fn called(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe { ffi::lua_gettop(state) }
}

fn call_host(call: &mut Call<'_>) -> Result<Reply, Error> {
    let name = call.text(1)?;
    let args = call.values_from(2)?;
    let answer = call.context.host.call(call.context.run, name, args);
    let held = call.keep_held();
    Ok(Reply::Later(Box::pin(async move {
        let answer = answer
            .await
            .map(|values| Reply::Many(values.into_iter().map(Reply::Value).collect()));
        drop(held);
        answer
    })))
}
