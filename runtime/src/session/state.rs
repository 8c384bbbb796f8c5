//! State operations on behalf of the page.

use super::Session;
use crate::json;
use crate::protocol::{Answer, Error, StateAnswer, StateOp};
use crate::state::{Access, Lookup, ScriptId};
use crate::storage::Pending;

impl Session {
    pub(super) fn state(&self, id: u32, script: &str, op: StateOp) {
        let access = self
            .opened()
            .and_then(|(store, _)| Ok(store.access(ScriptId::parse(script)?)));
        self.answer_later(
            id,
            Box::pin(async move { Ok(Answer::State(serve(access?, op).await?)) }),
        );
    }
}

async fn serve(access: Access, op: StateOp) -> Result<StateAnswer, Error> {
    match op {
        StateOp::Get { key } => {
            let found = found(access.get(&key)).await?;
            Ok(StateAnswer::Value(
                found.map(|value| json::write(&value)).transpose()?,
            ))
        }
        StateOp::Set { key, value, ttl } => {
            found(access.set(&key, json::parse(&value)?, ttl)).await?;
            access.settle().await?;
            Ok(StateAnswer::Done)
        }
        StateOp::Delete { key } => {
            let was = found(access.delete(&key)).await?;
            access.settle().await?;
            Ok(StateAnswer::Deleted(was))
        }
        StateOp::List { prefix } => found(access.list(&prefix)).await.map(StateAnswer::Keys),
    }
}

fn found<T: 'static>(lookup: Result<Lookup<T>, Error>) -> Pending<T> {
    match lookup {
        Ok(Lookup::Ready(value)) => Box::pin(std::future::ready(Ok(value))),
        Ok(Lookup::Later(value)) => value,
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}
