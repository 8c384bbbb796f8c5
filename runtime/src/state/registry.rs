use super::rules::Rules;
use super::script_id::ScriptId;
use crate::protocol::{Error, ErrorKind};
use std::rc::Rc;

/// The namespaces that a script may use.
pub(super) struct Namespaces {
    script: ScriptId,
    own: Rc<Rules>,
    temp: Rc<Rules>,
}

impl Namespaces {
    pub(super) fn new(script: ScriptId) -> Self {
        let own = Rc::new(Rules::script(&script));
        let temp = Rc::new(Rules::temp(&script));
        Self { script, own, temp }
    }

    /// The namespace that decides about `key`, and what follows it in the key.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the script has none for it.
    pub(super) fn resolve<'a>(&self, key: &'a str) -> Result<(&Rc<Rules>, &'a str), Error> {
        let rest = |rules: &Rules| {
            let rest = key.strip_prefix(&*rules.namespace)?.strip_prefix('.')?;
            (!rest.is_empty()).then_some(rest)
        };
        for rules in [&self.own, &self.temp] {
            if let Some(rest) = rest(rules) {
                return Ok((rules, rest));
            }
        }
        Err(self.refuse(key))
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Rc<Rules>> {
        [&self.own, &self.temp].into_iter()
    }

    #[cold]
    fn refuse(&self, key: &str) -> Error {
        Error::new(
            ErrorKind::Permission,
            format!(
                "script '{0}' has no namespace for the key '{key}': its own are 'script.{0}.*' and 'temp.*'",
                self.script
            ),
        )
    }
}
