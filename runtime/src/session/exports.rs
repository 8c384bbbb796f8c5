//! Exports that the page reads part after part.

use super::Session;
use crate::protocol::{Error, StateAnswer};
use crate::state::Store;
use std::rc::Rc;

impl Session {
    pub(super) async fn export(&self, id: u32, store: &Rc<Store>) -> Result<StateAnswer, Error> {
        let export = store.export().await?;
        // After the session has ended nobody would read it.
        self.opened()?;
        let total = u32::try_from(export.total()).unwrap_or(u32::MAX);
        self.inner
            .exports
            .0
            .borrow_mut()
            .insert(id, Rc::new(export));
        Ok(StateAnswer::Count(total))
    }

    pub(super) async fn export_next(&self, export: u32) -> Result<StateAnswer, Error> {
        let found = self.inner.exports.0.borrow().get(&export).cloned();
        let found = found.ok_or_else(|| Error::protocol(format!("there is no export {export}")))?;
        let part = found.next(&self.pace()).await?;
        if part.is_empty() {
            self.inner.exports.0.borrow_mut().remove(&export);
        }
        Ok(StateAnswer::Records(part))
    }

    pub(super) fn end_export(&self, export: u32) -> Result<StateAnswer, Error> {
        self.inner.exports.0.borrow_mut().remove(&export);
        Ok(StateAnswer::Done)
    }
}
