//! Who a script acts as.

use crate::ledger::Ledger;
use crate::protocol::{Error, ErrorKind};
use crate::state::{Access, ScriptId, Store};
use crate::text;
use std::cell::OnceCell;
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

/// The error of a script that has no id yet.
pub(in crate::sandbox) fn nameless() -> Error {
    Error::new(
        ErrorKind::Permission,
        "the script has no id: start it with a scriptId, or name it first by State.register(id, config) or __SCRIPT_ID",
    )
}
