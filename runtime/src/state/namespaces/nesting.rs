use super::name::Namespace;
use super::namespace::Rules;
use super::registry::{Shared, SharedByName};
use super::script_id::ScriptId;
use crate::protocol::{Error, ErrorKind, NamespaceConfig};
use std::ops::Bound;

/// Who may share a namespace within another script's shared one. The longest decides for everybody, so
/// whoever shares a longer one answers what is read there, and is given what is written there: nobody
/// may who could not read and write it anyway. Whichever of the two comes second is refused.
pub(crate) struct Nesting<'a>(pub(crate) &'a SharedByName);

impl Nesting<'_> {
    /// Checks that `script` may declare the namespace so.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`], naming the other namespace and whose it is.
    pub(crate) fn check(
        &self,
        script: &ScriptId,
        namespace: &Namespace,
        config: &NamespaceConfig,
    ) -> Result<(), Error> {
        let name = namespace.text();
        let is_as_before = |shared: &Shared| shared.rules.config == *config;
        if !config.shared || self.0.get(name).is_some_and(|shared| is_as_before(shared)) {
            return Ok(());
        }
        let above = self.above(name).filter(|rules| is_kept(rules, script));
        if let Some(Rules {
            namespace, owner, ..
        }) = above
        {
            return Err(refused(
                script,
                name,
                &format!(
                    "script '{owner}' shares '{namespace}' above it, and does not allow others to both read and write there"
                ),
            ));
        }
        match self.below(name).find(|rules| rules.owner != *script) {
            Some(Rules {
                namespace, owner, ..
            }) if !is_open(config) => Err(refused(
                script,
                name,
                &format!(
                    "script '{owner}' shares '{namespace}' below it; allow both reading and writing, or take another name"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The next shared namespace above `name`.
    fn above(&self, name: &str) -> Option<&Rules> {
        let names =
            std::iter::successors(name.rsplit_once('.'), |(above, _)| above.rsplit_once('.'));
        names
            .filter_map(|(above, _)| self.0.get(above))
            .map(|shared| &*shared.rules)
            .next()
    }

    /// The shared namespaces below `name`, those below another of them left out.
    fn below(&self, name: &str) -> impl Iterator<Item = &Rules> {
        let prefix = [name, "."].concat();
        self.0
            .range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded))
            .take_while(move |(below, _)| below.starts_with(&prefix))
            .map(|(_, shared)| &*shared.rules)
            .filter(|rules| {
                let between = self.above(&rules.namespace);
                between.is_none_or(|between| between.namespace.len() <= name.len())
            })
    }
}

/// Whether `rules` keep `script` from what an own namespace below them would give it.
fn is_kept(rules: &Rules, script: &ScriptId) -> bool {
    rules.owner != *script && !is_open(&rules.config)
}

fn is_open(config: &NamespaceConfig) -> bool {
    config.read && config.write
}

fn refused(script: &ScriptId, name: &str, why: &str) -> Error {
    let message = format!("script '{script}' may not share the namespace '{name}': {why}");
    Error::new(ErrorKind::Permission, message)
}
