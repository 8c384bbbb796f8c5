use super::name::MAX_LEN;
use super::namespace::Rules;
use super::registry::{Registry, Usable};
use super::script_id::ScriptId;
use crate::protocol::{Error, ErrorKind};
use std::cell::RefCell;
use std::rc::Rc;

/// Rules in order of their namespaces' names.
type All = Rc<[Rc<Rules>]>;

/// The namespaces that one script may use: what is declared, and its own without a
/// declaration.
pub(crate) struct Namespaces {
    pub(crate) script: ScriptId,
    own: Rc<Rules>,
    temp: Rc<Rules>,
    /// All of them, and the registry's generation that they are of.
    all: RefCell<Option<(u64, All)>>,
}

impl Namespaces {
    pub(crate) fn new(script: ScriptId) -> Self {
        let own = Rc::new(Rules::script(&script));
        let temp = Rc::new(Rules::temp(&script));
        Self {
            script,
            own,
            temp,
            all: RefCell::default(),
        }
    }

    /// The namespace that decides about `key`, and what follows it in the key: the longest
    /// that prefixes it. What another script shares does not count below what is this
    /// script's own: else whoever shares `a.b.c` would get what is meant for an own `a.b`.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the script has none for it.
    pub(crate) fn resolve<'a>(
        &self,
        registry: &Registry,
        key: &'a str,
    ) -> Result<(Rc<Rules>, &'a str), Error> {
        let mut foreign = None;
        for (name, rest) in splits(key) {
            let Some(found) = self.find(registry, name) else {
                continue;
            };
            if found.is_foreign {
                foreign.get_or_insert((found.rules, rest));
                continue;
            }
            return Ok(match foreign {
                Some(foreign) if found.rules.config.shared => foreign,
                _ => (found.rules, rest),
            });
        }
        foreign.ok_or_else(|| self.refuse(key))
    }

    fn find(&self, registry: &Registry, namespace: &str) -> Option<Usable> {
        registry.find(&self.script, namespace).or_else(|| {
            let rules = [&self.own, &self.temp]
                .into_iter()
                .find(|rules| *rules.namespace == *namespace)?;
            Some(Usable {
                rules: rules.clone(),
                is_foreign: false,
            })
        })
    }

    /// All that decide about some key, in order of their names.
    pub(crate) fn all(&self, registry: &Registry) -> All {
        let mut all = self.all.borrow_mut();
        let generation = registry.generation();
        match &*all {
            Some((of, all)) if *of == generation => all.clone(),
            _ => {
                let found: All = self.gather(registry).into();
                *all = Some((generation, found.clone()));
                found
            }
        }
    }

    fn gather(&self, registry: &Registry) -> Vec<Rc<Rules>> {
        let declared = registry.all(&self.script);
        let mut all: Vec<Rc<Rules>> = declared
            .into_iter()
            .filter(|found| !found.is_foreign || !self.is_below_own(registry, found))
            .map(|found| found.rules)
            .collect();
        for own in [&self.own, &self.temp] {
            if !all.iter().any(|rules| rules.namespace == own.namespace) {
                all.push(own.clone());
            }
        }
        all.sort_by(|a, b| a.namespace.cmp(&b.namespace));
        all
    }

    /// Whether the next namespace above that the script has itself is not shared.
    fn is_below_own(&self, registry: &Registry, found: &Usable) -> bool {
        splits(&found.rules.namespace)
            .filter_map(|(name, _)| self.find(registry, name))
            .find(|above| !above.is_foreign)
            .is_some_and(|above| !above.rules.config.shared)
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

/// Where a name may be split into a namespace and what follows, the longest namespace first.
fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let bytes = name.as_bytes();
    // What follows is not empty, so the last byte is no separator.
    let end = bytes.len().saturating_sub(1).min(MAX_LEN + 1);
    (0..end)
        .rev()
        .filter(|at| bytes[*at] == b'.')
        .map(|at| (&name[..at], &name[at + 1..]))
}
