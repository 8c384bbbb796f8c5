//! Who a script acts as.

use crate::ledger::Ledger;
use crate::protocol::{Error, ErrorKind};
use crate::sandbox::native::native_fn::Call;
use crate::state::{Access, ScriptId, Store};
use crate::text;
use mlua::ffi;
use std::cell::OnceCell;
use std::ffi::c_void;
use std::rc::Rc;

/// A run's identity. Once it has one, nothing in Lua changes it.
pub struct Identity {
    access: OnceCell<Access>,
    /// Only for a run that the page started without an id: the script names itself.
    naming: Option<(Rc<Store>, Rc<Ledger>)>,
}

impl Identity {
    /// The page said who it is.
    pub fn fixed(access: Access) -> Self {
        Self {
            access: access.into(),
            naming: None,
        }
    }

    /// The script says who it is, by `State.register(id, config)` or `_G.__SCRIPT_ID`. What State holds
    /// for it counts in `ledger`.
    pub fn self_named(store: Rc<Store>, ledger: Rc<Ledger>) -> Self {
        Self {
            access: OnceCell::new(),
            naming: Some((store, ledger)),
        }
    }

    /// State, as the script may see it; none before it has an id.
    pub(in crate::sandbox) fn access(&self) -> Option<&Access> {
        self.access.get()
    }

    /// The script calls itself `id`.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when it has another id already; [`ErrorKind::Value`] for what is none.
    pub(in crate::sandbox) fn name(&self, id: &str) -> Result<&Access, Error> {
        if let (None, Some((store, ledger))) = (self.access.get(), &self.naming) {
            let access = store.access_of_run(ScriptId::parse(id)?, ledger.clone());
            return Ok(self.access.get_or_init(|| access));
        }
        match self.access.get() {
            Some(access) if access.script().as_str() == id => Ok(access),
            Some(access) => {
                let script = access.script().as_str();
                Err(Error::new(
                    ErrorKind::Permission,
                    format_args!(
                        "script '{script}' cannot act as '{}': the page says who a script is",
                        text::name(id)
                    ),
                ))
            }
            None => Err(nameless()),
        }
    }
}

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

fn nameless() -> Error {
    Error::new(
        ErrorKind::Permission,
        "the script has no id: start it with a scriptId, or name it first by State.register(id, config) or __SCRIPT_ID",
    )
}

impl Call<'_> {
    /// State, as the script may see it.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the script has no id yet.
    pub(in crate::sandbox) fn access(&self) -> Result<&'static Access, Error> {
        let identity = &self.context.identity;
        if let Some(access) = identity.access() {
            return Ok(access);
        }
        let id = self.global_text(name_key()).ok_or_else(nameless)?;
        identity.name(&id)
    }
}
