//! How a script says who it is.

use crate::protocol::Error;
use crate::sandbox::context::identity::nameless;
use crate::sandbox::native::native_fn::Call;
use crate::state::Access;
use mlua::ffi;
use std::ffi::c_void;

/// The registry's key for the name of the global by which a script names itself: its address. To make
/// the name when it is asked for might raise.
static NAME: u8 = 0;

fn name_key() -> *const c_void {
    (&raw const NAME).cast()
}

/// Makes that name.
///
/// # Safety
/// `state` has room for a value and may raise.
pub(super) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_pushliteral(state, c"__SCRIPT_ID");
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, name_key());
    }
}

impl Call<'_> {
    /// State, as the script may see it.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Permission`] when the script has no id yet.
    pub(in crate::sandbox) fn access(&self) -> Result<&'static Access, Error> {
        let identity = &self.context.identity;
        if let Some(access) = identity.access() {
            return Ok(access);
        }
        let id = self.global_text(name_key()).ok_or_else(nameless)?;
        identity.name(&id)
    }
}
