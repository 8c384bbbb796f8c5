//! The namespaces that scripts share, and who declares them.

use super::namespace::Namespace;
use crate::script_id::ScriptId;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// The shared namespaces by name.
#[derive(Default)]
pub(super) struct SharedNamespaces(BTreeMap<Rc<str>, Box<SharedNamespace>>);

/// A shared namespace. The first of those who declared it is its owner.
struct SharedNamespace {
    namespace: Rc<Namespace>,
    declared_by: Vec<ScriptId>,
}

/// The standing of a script among those who declare a namespace.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Declarer {
    New,
    Known,
}

impl SharedNamespaces {
    pub(super) fn get(&self, name: &str) -> Option<&Rc<Namespace>> {
        Some(&self.0.get(name)?.namespace)
    }

    /// All of them, in order of their names.
    pub(super) fn all(&self) -> impl Iterator<Item = &Rc<Namespace>> {
        self.0.values().map(|shared| &shared.namespace)
    }

    /// Those whose names begin with `prefix`, in order.
    pub(super) fn with_prefix(&self, prefix: String) -> impl Iterator<Item = &Rc<Namespace>> {
        self.0
            .range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded))
            .take_while(move |(name, _)| name.starts_with(&prefix))
            .map(|(_, shared)| &shared.namespace)
    }

    /// The owner of `namespace` declares it; where another owns the shared one, both have the same config.
    pub(super) fn declare(&mut self, namespace: Rc<Namespace>, declarer: Declarer) {
        match self.0.get_mut(&namespace.name) {
            Some(shared) if shared.namespace.owner == namespace.owner => {
                shared.namespace = namespace;
            }
            Some(shared) if declarer == Declarer::New => {
                shared.declared_by.push(namespace.owner.clone());
            }
            Some(_) => {}
            None => {
                let name = namespace.name.clone();
                let declared_by = vec![namespace.owner.clone()];
                let shared = SharedNamespace {
                    namespace,
                    declared_by,
                };
                self.0.insert(name, Box::new(shared));
            }
        }
    }

    /// `script` no longer declares the shared namespace; the next in line owns it.
    pub(super) fn withdraw(&mut self, name: &Rc<str>, script: &ScriptId) {
        let Some(found) = self.0.get_mut(name) else {
            return;
        };
        found.declared_by.retain(|other| other != script);
        match found.declared_by.first() {
            None => {
                self.0.remove(name);
            }
            Some(owner) if found.namespace.owner == *script => {
                let config = found.namespace.config;
                found.namespace = Rc::new(Namespace::new(owner.clone(), name.clone(), config));
            }
            Some(_) => {}
        }
    }
}
