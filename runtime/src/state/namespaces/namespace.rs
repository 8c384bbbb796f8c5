//! A namespace: its rules, and how its records' keys are made.

use crate::protocol::{Error, ErrorKind, NamespaceConfig};
use crate::script_id::ScriptId;
use crate::state::cache::{Caches, RecordCache, RecordKey};
use std::rc::Rc;

/// A namespace, of one script or, when it is shared, of all.
#[derive(Debug)]
pub(crate) struct Namespace {
    pub(crate) name: Rc<str>,
    /// The script that declared it.
    pub(crate) owner: ScriptId,
    pub(crate) config: NamespaceConfig,
    /// How its records' keys begin: `scope:namespace:`.
    pub(crate) record_prefix: Rc<str>,
}

const OPEN: NamespaceConfig = NamespaceConfig {
    read: true,
    write: true,
    shared: false,
    persistent: true,
    ttl: None,
    quota: None,
};

impl Namespace {
    pub(crate) fn new(owner: ScriptId, name: Rc<str>, config: NamespaceConfig) -> Self {
        let scope = if config.shared { "*" } else { owner.as_str() };
        let record_prefix = format!("{scope}:{name}:").into();
        Self {
            name,
            owner,
            config,
            record_prefix,
        }
    }

    /// `script.<id>`: the script's own, without a declaration.
    pub(crate) fn script(script: &ScriptId) -> Self {
        Self::new(script.clone(), format!("script.{script}").into(), OPEN)
    }

    /// `temp`: the script's own, in memory.
    pub(crate) fn temp(script: &ScriptId) -> Self {
        Self::new(
            script.clone(),
            "temp".into(),
            NamespaceConfig {
                persistent: false,
                ..OPEN
            },
        )
    }

    /// Where its records are in memory.
    pub(crate) fn cache<'a>(&self, caches: &'a Caches) -> &'a RecordCache {
        if self.config.persistent {
            caches.durable()
        } else {
            caches.volatile()
        }
    }

    pub(crate) fn record_key(&self, rest: &str) -> RecordKey {
        RecordKey::new([&self.record_prefix, rest].concat())
    }

    /// How the keys of its records begin that scripts know under names beginning with
    /// `prefix`. None when there can be none.
    pub(crate) fn record_prefix(&self, prefix: &str) -> Option<String> {
        let rest = match prefix.strip_prefix(&*self.name) {
            Some("") => "",
            Some(rest) => rest.strip_prefix('.')?,
            None if self.name.starts_with(prefix) => "",
            None => return None,
        };
        Some([&self.record_prefix, rest].concat())
    }

    /// The error of a script that may not `act` (read, write) on `key`.
    #[cold]
    pub(crate) fn refuse(&self, script: &ScriptId, key: &str, act: &str) -> Error {
        let message = format!(
            "script '{script}' may not {act} '{key}': the namespace '{}' of script '{}' does not allow it",
            self.name, self.owner
        );
        Error::new(ErrorKind::Permission, message)
    }
}
