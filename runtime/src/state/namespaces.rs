use super::namespace::MAX_LEN;
use super::registry::Registry;
use super::rules::Rules;
use super::script_id::ScriptId;
use crate::protocol::{Error, ErrorKind};
use std::rc::Rc;

/// The namespaces that one script may use: what is declared, and its own without a
/// declaration.
pub(super) struct Namespaces {
    pub(super) script: ScriptId,
    own: Rc<Rules>,
    temp: Rc<Rules>,
}

impl Namespaces {
    pub(super) fn new(script: ScriptId) -> Self {
        let own = Rc::new(Rules::script(&script));
        let temp = Rc::new(Rules::temp(&script));
        Self { script, own, temp }
    }

    /// The namespace that decides about `key`, the longest that prefixes it, and what
    /// follows it in the key.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the script has none for it.
    pub(super) fn resolve<'a>(
        &self,
        registry: &Registry,
        key: &'a str,
    ) -> Result<(Rc<Rules>, &'a str), Error> {
        let bytes = key.as_bytes();
        // What follows is not empty, so the last byte is no separator.
        let end = bytes.len().saturating_sub(1).min(MAX_LEN + 1);
        for dot in (0..end).rev().filter(|at| bytes[*at] == b'.') {
            if let Some(rules) = self.find(registry, &key[..dot]) {
                return Ok((rules, &key[dot + 1..]));
            }
        }
        Err(self.refuse(key))
    }

    fn find(&self, registry: &Registry, namespace: &str) -> Option<Rc<Rules>> {
        registry.find(&self.script, namespace).or_else(|| {
            [&self.own, &self.temp]
                .into_iter()
                .find(|rules| *rules.namespace == *namespace)
                .cloned()
        })
    }

    /// All of them, in order of their names.
    pub(super) fn all(&self, registry: &Registry) -> Vec<Rc<Rules>> {
        let mut all = registry.all(&self.script);
        for own in [&self.own, &self.temp] {
            if !all.iter().any(|rules| rules.namespace == own.namespace) {
                all.push(own.clone());
            }
        }
        all.sort_by(|a, b| a.namespace.cmp(&b.namespace));
        all
    }

    #[cold]
    fn refuse(&self, key: &str) -> Error {
        let script = &self.script;
        let message = format!(
            "script '{script}' has no namespace for the key '{key}': it is neither in 'script.{script}.*' nor in \
             'temp.*', nor in a namespace that is registered by this script or shared by another"
        );
        Error::new(ErrorKind::Permission, message)
    }
}
