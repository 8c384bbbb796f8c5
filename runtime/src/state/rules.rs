use super::record_key::RecordKey;
use super::script_id::ScriptId;
use crate::protocol::{Error, ErrorKind};
use std::rc::Rc;

/// What holds in a namespace, for one script or, when it is shared, for all.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) namespace: Rc<str>,
    /// How its records' keys begin: `scope:namespace:`.
    pub(super) record_prefix: Rc<str>,
    pub(super) read: bool,
    pub(super) write: bool,
    /// Whether the backend gets its records; memory alone has them otherwise.
    pub(super) persistent: bool,
}

impl Rules {
    /// `script.<id>`: the script's own, without a declaration.
    pub(super) fn script(script: &ScriptId) -> Self {
        Self::own(script, &format!("script.{script}"), true)
    }

    /// `temp`: the script's own, in memory.
    pub(super) fn temp(script: &ScriptId) -> Self {
        Self::own(script, "temp", false)
    }

    fn own(script: &ScriptId, namespace: &str, persistent: bool) -> Self {
        Self {
            namespace: namespace.into(),
            record_prefix: format!("{script}:{namespace}:").into(),
            read: true,
            write: true,
            persistent,
        }
    }

    pub(super) fn record_key(&self, rest: &str) -> RecordKey {
        RecordKey::new([&self.record_prefix, rest].concat())
    }

    /// How the keys of its records begin that scripts know under names beginning with
    /// `prefix`. None when there can be none.
    pub(super) fn record_prefix(&self, prefix: &str) -> Option<String> {
        let rest = match prefix.strip_prefix(&*self.namespace) {
            Some("") => "",
            Some(rest) => rest.strip_prefix('.')?,
            None if self.namespace.starts_with(prefix) => "",
            None => return None,
        };
        Some([&self.record_prefix, rest].concat())
    }

    /// The error of a script that may not `act` (read, write) on `key`.
    #[cold]
    pub(super) fn refuse(&self, script: &ScriptId, key: &str, act: &str) -> Error {
        let message = format!(
            "script '{script}' may not {act} '{key}': its namespace '{}' does not allow it",
            self.namespace
        );
        Error::new(ErrorKind::Permission, message)
    }
}
