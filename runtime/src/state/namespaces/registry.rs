//! The namespaces that scripts have declared.

use super::name::NamespaceName;
use super::namespace::Namespace;
use super::nesting::Nesting;
use super::registration_feed::{Listener, Registration, RegistrationFeed};
use super::shared::{Declarer, SharedNamespaces};
use crate::protocol::limits::NAMESPACES;
use crate::protocol::{Error, ErrorKind, NamespaceConfig};
use crate::script_id::ScriptId;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The namespaces that scripts have declared.
#[derive(Default)]
pub(crate) struct Registry {
    scripts: RefCell<HashMap<ScriptId, Declared>>,
    shared: RefCell<SharedNamespaces>,
    /// Counts the changes, so that what was resolved before one is resolved again.
    generation: Cell<u64>,
    feed: RegistrationFeed,
}

/// The namespaces that one script has declared, by name.
#[derive(Default)]
struct Declared(BTreeMap<Rc<str>, Rc<Namespace>>);

impl Declared {
    /// A namespace that it does not share.
    fn own(&self, name: &str) -> Option<&Rc<Namespace>> {
        self.0
            .get(name)
            .filter(|namespace| !namespace.config.shared)
    }

    fn shares(&self, name: &str) -> bool {
        self.0
            .get(name)
            .is_some_and(|namespace| namespace.config.shared)
    }

    /// Checks that `configs` leave the script with no more namespaces than it may have.
    fn check_room(
        &self,
        script: &ScriptId,
        configs: &[(String, NamespaceConfig)],
    ) -> Result<(), Error> {
        let mut new: Vec<&str> = configs
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !self.0.contains_key(*name))
            .collect();
        new.sort_unstable();
        new.dedup();
        let count = self.0.len() + new.len();
        if count <= NAMESPACES {
            return Ok(());
        }
        let message = format!(
            "config: script '{script}' would have {count} namespaces; it may register at most {NAMESPACES}"
        );
        let path = "config".into();
        Err(Error::new(ErrorKind::Value { path }, message))
    }
}

/// A namespace that a script may use.
pub(crate) struct Usable {
    pub(crate) namespace: Rc<Namespace>,
    /// Others share it, and the script itself has not declared it.
    pub(crate) is_foreign: bool,
}

impl Registry {
    /// Has `listener` notified of every change from now on, once it is made.
    pub(crate) fn listen(&self, listener: Listener) {
        self.feed.listen(listener);
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.get()
    }

    /// Declares all of `configs` for `script`, or none. A declaration of its own is replaced;
    /// when all are as before, nobody is notified.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for too many; as [`NamespaceName::parse`] and [`NamespaceName::check`]; [`ErrorKind::Permission`] when
    /// another script owns a shared namespace of that name and declared it otherwise, or one above or
    /// below it that it may not be shared with: see [`Nesting`].
    pub(crate) fn register(
        &self,
        script: &ScriptId,
        configs: &[(String, NamespaceConfig)],
    ) -> Result<(), Error> {
        self.check_room(script, configs)?;
        let mut checked = Vec::with_capacity(configs.len());
        for (name, config) in configs {
            let name = NamespaceName::parse(script, name)?;
            name.check(config)?;
            self.check_conflict(script, &name, config)?;
            Nesting(&self.shared.borrow()).check(script, &name, config)?;
            checked.push((name, *config));
        }
        if checked
            .iter()
            .all(|(name, config)| self.is_declared(script, name, config))
        {
            return Ok(());
        }
        for (name, config) in checked {
            self.declare(script, &name, config);
        }
        self.generation.set(self.generation.get() + 1);
        self.feed.publish(Registration::Registered(script, configs));
        Ok(())
    }

    fn check_room(
        &self,
        script: &ScriptId,
        configs: &[(String, NamespaceConfig)],
    ) -> Result<(), Error> {
        match self.scripts.borrow().get(script) {
            Some(declared) => declared.check_room(script, configs),
            None => Declared::default().check_room(script, configs),
        }
    }

    /// Whether `script` has declared the namespace just so.
    fn is_declared(
        &self,
        script: &ScriptId,
        name: &NamespaceName,
        config: &NamespaceConfig,
    ) -> bool {
        let is_own = self
            .scripts
            .borrow()
            .get(script)
            .is_some_and(|declared| declared.0.contains_key(name.text()));
        is_own
            && self
                .find(script, name.text())
                .is_some_and(|found| found.namespace.config == *config)
    }

    fn check_conflict(
        &self,
        script: &ScriptId,
        name: &NamespaceName,
        config: &NamespaceConfig,
    ) -> Result<(), Error> {
        match self.shared.borrow().get(name.text()) {
            Some(shared) if shared.owner != *script && shared.config != *config => {
                let message = format!(
                    "script '{script}' may not register the namespace '{}': script '{}' shares it with another \
                     declaration",
                    name.text(),
                    shared.owner
                );
                Err(Error::new(ErrorKind::Permission, message))
            }
            _ => Ok(()),
        }
    }

    fn declare(&self, script: &ScriptId, name: &NamespaceName, config: NamespaceConfig) {
        let name = name.text();
        let namespace = Rc::new(Namespace::new(script.clone(), name.clone(), config));
        let mut scripts = self.scripts.borrow_mut();
        let declared = scripts.entry(script.clone()).or_default();
        let mut shared = self.shared.borrow_mut();
        let before = declared.0.insert(name.clone(), namespace.clone());
        let is_new = before.is_none_or(|before| !before.config.shared);
        match (config.shared, is_new) {
            (true, true) => shared.declare(namespace, Declarer::New),
            (true, false) => shared.declare(namespace, Declarer::Known),
            (false, true) => {}
            (false, false) => shared.withdraw(name, script),
        }
    }

    /// Takes back what `script` has declared. A shared namespace stays with those who
    /// declared it too; its records stay in any case.
    pub(crate) fn unregister(&self, script: &ScriptId) {
        let declared = self.scripts.borrow_mut().remove(script);
        let mut shared = self.shared.borrow_mut();
        for (name, namespace) in declared.unwrap_or_default().0 {
            if namespace.config.shared {
                shared.withdraw(&name, script);
            }
        }
        drop(shared);
        self.generation.set(self.generation.get() + 1);
        self.feed.publish(Registration::Unregistered(script));
    }

    /// Exactly this namespace, for `script`.
    pub(crate) fn find(&self, script: &ScriptId, namespace: &str) -> Option<Usable> {
        // Most sessions declare nothing.
        if self.generation.get() == 0 {
            return None;
        }
        let scripts = self.scripts.borrow();
        let declared = scripts.get(script);
        if let Some(namespace) = declared.and_then(|it| it.own(namespace)) {
            return Some(Usable {
                namespace: namespace.clone(),
                is_foreign: false,
            });
        }
        Some(Usable {
            namespace: self.shared.borrow().get(namespace)?.clone(),
            is_foreign: declared.is_none_or(|it| !it.shares(namespace)),
        })
    }

    /// All that `script` has declared or that is shared.
    pub(crate) fn all(&self, script: &ScriptId) -> Vec<Usable> {
        let scripts = self.scripts.borrow();
        let declared = scripts.get(script);
        let own = declared
            .into_iter()
            .flat_map(|it| it.0.values())
            .filter(|namespace| !namespace.config.shared)
            .map(|namespace| Usable {
                namespace: namespace.clone(),
                is_foreign: false,
            });
        let shared = self.shared.borrow();
        let others = shared
            .all()
            .filter(|shared| declared.is_none_or(|it| it.own(&shared.name).is_none()))
            .map(|shared| Usable {
                namespace: shared.clone(),
                is_foreign: declared.is_none_or(|it| !it.shares(&shared.name)),
            });
        own.chain(others).collect()
    }
}
