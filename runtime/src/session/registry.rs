//! Declarations by the page, and news of all declarations to it.

use super::Session;
use crate::protocol::{Answer, Declaration, Error};
use crate::state::{ScriptId, Store};

impl Session {
    pub(super) fn register_namespaces(&self, id: u32, script: &str, namespaces: Vec<Declaration>) {
        let configs: Vec<_> = namespaces
            .into_iter()
            .map(|Declaration { name, config }| (name, config))
            .collect();
        let registered = self
            .opened()
            .and_then(|(store, _)| store.register(&ScriptId::parse(script)?, &configs));
        self.answer_done(id, registered);
    }

    pub(super) fn unregister_script(&self, id: u32, script: &str) {
        let unregistered = self.opened().and_then(|(store, _)| {
            store.unregister(&ScriptId::parse(script)?);
            Ok(())
        });
        self.answer_done(id, unregistered);
    }

    fn answer_done(&self, id: u32, outcome: Result<(), Error>) {
        self.answer(id, outcome.map_or_else(Answer::Error, |()| Answer::Done));
    }

    /// Keeps the page's mirror of the registry current from now on.
    pub(super) fn mirror(&self, store: &Store) {
        let news = self.inner.news.clone();
        store.on_registration(Box::new(move |registration| news.note(registration)));
    }
}
