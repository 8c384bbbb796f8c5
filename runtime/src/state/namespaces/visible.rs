//! The namespaces that one script may use.

use super::namespace::Namespace;
use super::registry::{Registry, Usable};
use crate::protocol::limits::NAMESPACE_NAME_BYTES;
use crate::protocol::{Error, ErrorKind};
use crate::script_id::ScriptId;
use std::cell::RefCell;
use std::rc::Rc;

/// Namespaces in order of their names.
type All = Rc<[Rc<Namespace>]>;

/// The namespaces that one script may use: what is declared, and its own without a
/// declaration.
pub(crate) struct VisibleNamespaces {
    registry: Rc<Registry>,
    script: ScriptId,
    own: Rc<Namespace>,
    temp: Rc<Namespace>,
    /// All of them, and the registry's generation that they are of.
    all: RefCell<Option<(u64, All)>>,
}

impl VisibleNamespaces {
    pub(crate) fn new(registry: Rc<Registry>, script: ScriptId) -> Self {
        let own = Rc::new(Namespace::script(&script));
        let temp = Rc::new(Namespace::temp(&script));
        Self {
            registry,
            script,
            own,
            temp,
            all: RefCell::default(),
        }
    }

    /// The script that it is about.
    pub(crate) fn script(&self) -> &ScriptId {
        &self.script
    }

    /// A number that changes whenever any script's namespaces do.
    pub(crate) fn generation(&self) -> u64 {
        self.registry.generation()
    }

    /// The namespace that decides about `key`, and what follows it in the key: the longest
    /// that prefixes it. What another script shares does not count below what is this
    /// script's own: else whoever shares `a.b.c` would get what is meant for the script's own `a.b`.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] when the script has none for it.
    pub(crate) fn resolve<'a>(&self, key: &'a str) -> Result<(Rc<Namespace>, &'a str), Error> {
        let mut foreign = None;
        for (name, rest) in splits(key) {
            let Some(found) = self.find(name) else {
                continue;
            };
            if found.is_foreign {
                foreign.get_or_insert((found.namespace, rest));
                continue;
            }
            return Ok(match foreign {
                Some(foreign) if found.namespace.config.shared => foreign,
                _ => (found.namespace, rest),
            });
        }
        foreign.ok_or_else(|| self.refuse(key))
    }

    fn find(&self, namespace: &str) -> Option<Usable> {
        self.registry.find(&self.script, namespace).or_else(|| {
            let own = [&self.own, &self.temp]
                .into_iter()
                .find(|own| *own.name == *namespace)?;
            Some(Usable {
                namespace: own.clone(),
                is_foreign: false,
            })
        })
    }

    /// All that decide about some key, in order of their names.
    pub(crate) fn all(&self) -> All {
        let mut all = self.all.borrow_mut();
        let generation = self.registry.generation();
        match &*all {
            Some((of, all)) if *of == generation => all.clone(),
            _ => {
                let found: All = self.gather().into();
                *all = Some((generation, found.clone()));
                found
            }
        }
    }

    fn gather(&self) -> Vec<Rc<Namespace>> {
        let declared = self.registry.all(&self.script);
        let mut all: Vec<Rc<Namespace>> = declared
            .into_iter()
            .filter(|found| !found.is_foreign || !self.is_below_own(found))
            .map(|found| found.namespace)
            .collect();
        for own in [&self.own, &self.temp] {
            if !all.iter().any(|namespace| namespace.name == own.name) {
                all.push(own.clone());
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Whether the next namespace above that the script has itself is not shared.
    fn is_below_own(&self, found: &Usable) -> bool {
        splits(&found.namespace.name)
            .filter_map(|(name, _)| self.find(name))
            .find(|above| !above.is_foreign)
            .is_some_and(|above| !above.namespace.config.shared)
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
    // What follows is not empty, so the last byte is not a separator.
    let end = bytes.len().saturating_sub(1).min(NAMESPACE_NAME_BYTES + 1);
    (0..end)
        .rev()
        .filter(|at| bytes[*at] == b'.')
        .map(|at| (&name[..at], &name[at + 1..]))
}
