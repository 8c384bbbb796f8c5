//! Updates whose function runs on the page, while the key's lock is held here.

use super::Session;
use crate::json;
use crate::protocol::{Answer, Error, StateAnswer};
use crate::state::{Access, Update};

impl Session {
    pub(super) async fn begin_update(
        &self,
        id: u32,
        access: Access,
        key: &str,
    ) -> Result<StateAnswer, Error> {
        let update = access.update(key)?.await?;
        self.give_value(id, update)
    }

    /// Tells the page the value, and remembers which.
    fn give_value(&self, id: u32, update: Update) -> Result<StateAnswer, Error> {
        let text = update.value()?.as_deref().map(json::write).transpose()?;
        // After the session has ended nobody would commit.
        self.opened()?;
        self.inner.updates.0.borrow_mut().insert(id, update);
        Ok(StateAnswer::Update(text))
    }

    pub(super) fn commit(&self, id: u32, begun: u32, value: Option<String>) {
        let update = self.inner.updates.0.borrow_mut().remove(&begun);
        let session = self.clone();
        self.answer_later(
            id,
            Box::pin(async move {
                let update =
                    update.ok_or_else(|| Error::protocol(format!("there is no update {begun}")))?;
                if !update.is_still()? {
                    return session.give_value(begun, update).map(Answer::State);
                }
                let value = value.as_deref().map(json::parse).transpose()?;
                if let Some(update) = update.commit(value)?.await? {
                    return session.give_value(begun, update).map(Answer::State);
                }
                Ok(Answer::State(StateAnswer::Done))
            }),
        );
    }

    pub(super) fn abandon(&self, begun: u32) {
        self.inner.updates.0.borrow_mut().remove(&begun);
    }
}
