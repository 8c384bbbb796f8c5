//! Which shared namespaces may lie within each other.

use super::name::NamespaceName;
use super::namespace::Namespace;
use super::shared::SharedNamespaces;
use crate::protocol::{Error, ErrorKind, NamespaceConfig};
use crate::script_id::ScriptId;
use std::rc::Rc;

/// The rule of who may share a namespace within another script's shared one. The longest decides for everybody, so
/// whoever shares a longer one answers what is read there, and is given what is written there: nobody
/// may who could not read and write it anyway. Whichever of the two comes second is refused.
pub(super) struct Nesting<'a>(pub(super) &'a SharedNamespaces);

impl Nesting<'_> {
    /// Checks that `script` may declare the namespace so.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`], naming the other namespace and whose it is.
    pub(super) fn check(
        &self,
        script: &ScriptId,
        name: &NamespaceName,
        config: &NamespaceConfig,
    ) -> Result<(), Error> {
        let name = name.text();
        let is_as_before = |shared: &Rc<Namespace>| shared.config == *config;
        if !config.shared || self.0.get(name).is_some_and(is_as_before) {
            return Ok(());
        }
        let above = self
            .above(name)
            .filter(|namespace| is_kept(namespace, script));
        if let Some(Namespace {
            name: other, owner, ..
        }) = above
        {
            return Err(refused(
                script,
                name,
                &format!(
                    "script '{owner}' shares '{other}' above it, and does not allow others to both read and write there"
                ),
            ));
        }
        match self
            .below(name)
            .find(|namespace| namespace.owner != *script)
        {
            Some(Namespace {
                name: other, owner, ..
            }) if !is_open(config) => Err(refused(
                script,
                name,
                &format!(
                    "script '{owner}' shares '{other}' below it; allow both reading and writing, or take another name"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The next shared namespace above `name`.
    fn above(&self, name: &str) -> Option<&Namespace> {
        let names =
            std::iter::successors(name.rsplit_once('.'), |(above, _)| above.rsplit_once('.'));
        names
            .filter_map(|(above, _)| self.0.get(above))
            .map(|shared| &**shared)
            .next()
    }

    /// The shared namespaces below `name`, those below another of them left out.
    fn below(&self, name: &str) -> impl Iterator<Item = &Namespace> {
        self.0
            .with_prefix([name, "."].concat())
            .map(|shared| &**shared)
            .filter(|namespace| {
                let between = self.above(&namespace.name);
                between.is_none_or(|between| between.name.len() <= name.len())
            })
    }
}

/// Whether `namespace` keeps `script` from what a namespace of its own below it would give it.
fn is_kept(namespace: &Namespace, script: &ScriptId) -> bool {
    namespace.owner != *script && !is_open(&namespace.config)
}

fn is_open(config: &NamespaceConfig) -> bool {
    config.read && config.write
}

fn refused(script: &ScriptId, name: &str, why: &str) -> Error {
    let message = format!("script '{script}' may not share the namespace '{name}': {why}");
    Error::new(ErrorKind::Permission, message)
}
