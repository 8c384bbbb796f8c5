//! `State.update(key, fn)`: atomic over scripts and tabs.

use super::records::{NOTED_BYTES, burn_for_write};
use crate::protocol::{Error, Value};
use crate::sandbox::context::Context;
use crate::sandbox::context::reply::Reply;
use crate::sandbox::native::errors::{lua_error, raise};
use crate::sandbox::native::leave::{leavable, staying};
use crate::sandbox::native::native_fn::{Call, push_function};
use mlua::ffi;
use std::ffi::{c_int, c_void};

const NESTED: &str = "State.update cannot be called by the function of another State.update";

/// The registry's key for what ends an update when it is closed: its address.
static END: u8 = 0;

fn end_key() -> *const c_void {
    (&raw const END).cast()
}

/// Makes what ends an update.
///
/// # Safety
/// `state` has room for three values and may raise.
pub(super) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, 0, 0);
        ffi::lua_createtable(state, 0, 1);
        ffi::lua_pushcfunction(state, end);
        ffi::lua_setfield(state, -2, c"__close".as_ptr());
        ffi::lua_setmetatable(state, -2);
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, end_key());
    }
}

unsafe extern "C-unwind" fn end(state: *mut ffi::lua_State) -> c_int {
    if let Some(context) = unsafe { Context::of(state) } {
        context.updating.end();
    }
    0
}

/// `State.update(key, fn)`: gives the new value.
pub(super) unsafe extern "C-unwind" fn update(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        ffi::luaL_checktype(state, 2, ffi::LUA_TFUNCTION);
        ffi::lua_settop(state, 2);
        if let Some(context) = Context::of(state)
            && context.updating.is_under_way()
        {
            raise(state, context, lua_error(NESTED));
        }
        // From here on whatever is raised ends the update, also where there is no stack left.
        ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, end_key());
        ffi::lua_toclose(state, -1);
        push_function(state, "update", begin);
        ffi::lua_pushvalue(state, 1);
        ffi::lua_callk(state, 1, 1, 0, Some(begun));
        begun(state, ffi::LUA_OK, 0)
    }
}

/// The key, the function, what ends the update, and the value are on the stack.
unsafe extern "C-unwind" fn begun(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe {
        compute(state);
        finish(state)
    }
}

/// Replaces the value on the top by what the function makes of it. Others may have a turn meanwhile,
/// but the script may not wait.
unsafe fn compute(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_pushvalue(state, 2);
        ffi::lua_insert(state, -2);
        leavable(state, 0, Some(computed));
        ffi::lua_callk(state, 1, 1, 0, None);
        staying(state);
    }
}

/// As [`finish`], after the function was left.
unsafe extern "C-unwind" fn computed(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe {
        staying(state);
        finish(state)
    }
}

/// Stores the new value, which is on the top, or computes it again if another run was faster.
unsafe fn finish(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        loop {
            push_function(state, "update", commit);
            ffi::lua_pushvalue(state, -2);
            ffi::lua_callk(state, 1, 2, 0, Some(committed));
            if ffi::lua_toboolean(state, -2) == 0 {
                return committed(state, ffi::LUA_OK, 0);
            }
            ffi::lua_replace(state, -3);
            ffi::lua_pop(state, 1);
            compute(state);
        }
    }
}

/// The new value and what [`commit`] gave are on the stack, after it had to wait.
unsafe extern "C-unwind" fn committed(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe {
        if ffi::lua_toboolean(state, -2) != 0 {
            ffi::lua_replace(state, -3);
            ffi::lua_pop(state, 1);
            return begun(state, ffi::LUA_OK, 0);
        }
        ffi::lua_pop(state, 2);
    }
    1
}

fn begin(call: &mut Call<'_>) -> Result<Reply, Error> {
    let updating = call.context.updating.clone();
    call.make_room(NOTED_BYTES);
    let update = call.access()?.update(call.text(1)?)?;
    Ok(Reply::Later(Box::pin(async move {
        let update = update.await?;
        let item = update.item()?;
        *updating.0.borrow_mut() = Some(update);
        Ok(item.map_or(Reply::Nil, Reply::Stored))
    })))
}

/// Gives nothing, or `true` and the value that another run has set while the function ran, or another user.
fn commit(call: &mut Call<'_>) -> Result<Reply, Error> {
    let updating = &call.context.updating.0;
    let ended = || lua_error("the update has ended");
    let update = updating.take().ok_or_else(ended)?;
    call.access()?.recount();
    let new = match call.value(1)? {
        Value::Nil => None,
        value => Some(call.to_store(value)?),
    };
    if !update.is_still()? {
        let item = update.item()?;
        *updating.borrow_mut() = Some(update);
        let again = item.map_or(Reply::Nil, Reply::Stored);
        return Ok(Reply::Many(vec![Reply::Bool(true), again]));
    }
    burn_for_write(call.access()?);
    let durable = update.put(new)?;
    let updating = call.context.updating.clone();
    Ok(Reply::Later(Box::pin(async move {
        let Some(update) = durable.await? else {
            return Ok(Reply::Nothing);
        };
        let item = update.item()?;
        *updating.0.borrow_mut() = Some(update);
        let again = item.map_or(Reply::Nil, Reply::Stored);
        Ok(Reply::Many(vec![Reply::Bool(true), again]))
    })))
}
