//! The name of a namespace, and what a declaration may say.

use crate::protocol::limits::NAMESPACE_NAME_BYTES;
use crate::protocol::{Error, ErrorKind, NamespaceConfig};
use crate::script_id::ScriptId;
use std::rc::Rc;

/// A dotted path that a script may register: letters, digits and `_`, and at least one dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NamespaceName(Rc<str>);

impl NamespaceName {
    /// Checks what `script` wants to register.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for an invalid name, [`ErrorKind::Permission`] for one that is not the script's
    /// to register.
    pub(super) fn parse(script: &ScriptId, name: &str) -> Result<Self, Error> {
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if name.len() > NAMESPACE_NAME_BYTES || !name.contains('.') || !name.split('.').all(plain) {
            let name: String = name.chars().take(NAMESPACE_NAME_BYTES).collect();
            let why = "it takes letters, digits and '_' in two or more parts with dots between, 255 in all";
            return Err(bad(&name, why));
        }
        let reserved = |why: &str| {
            let message =
                format!("script '{script}' may not register the namespace '{name}': {why}");
            Err(Error::new(ErrorKind::Permission, message))
        };
        let mut parts = name.split('.');
        match (parts.next(), parts.next()) {
            (Some(first @ ("system" | "_internal")), _) => {
                reserved(&format!("'{first}.*' is reserved"))
            }
            (Some("script"), Some(owner)) if owner != script.as_str() => {
                reserved(&format!("'script.{owner}.*' belongs to script '{owner}'"))
            }
            _ => Ok(Self(name.into())),
        }
    }

    pub(super) fn text(&self) -> &Rc<str> {
        &self.0
    }

    /// Checks that `config` makes sense.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], naming the field.
    pub(super) fn check(&self, config: &NamespaceConfig) -> Result<(), Error> {
        for (field, value) in [("ttl", config.ttl), ("quota", config.quota)] {
            if value.is_some_and(|value| !(value > 0.0 && value.is_finite())) {
                return Err(bad(
                    &format!("{}.{field}", self.0),
                    "it takes a positive number",
                ));
            }
        }
        if self.0.starts_with("temp.") && (config.shared || config.persistent) {
            return Err(bad(
                &self.0,
                "what is in 'temp.*' is neither shared nor persistent",
            ));
        }
        Ok(())
    }
}

fn bad(what: &str, why: &str) -> Error {
    let message = format!("a namespace's declaration is invalid: {what}: {why}");
    Error::new(
        ErrorKind::Value {
            path: format!("config.{what}"),
        },
        message,
    )
}
