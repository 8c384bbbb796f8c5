//! State operations on behalf of the page.

use super::Session;
use super::parts::join;
use crate::json;
use crate::pace::Pace;
use crate::protocol::{
    Answer, EntryOrder, Error, Record, StateAnswer, StateEntry, StateOp, StoreOp,
};
use crate::state::{Access, MaybePending, Order, Query, QueryPage, ScriptId, Store};
use crate::storage::Pending;
use std::rc::Rc;

impl Session {
    pub(super) fn state(&self, id: u32, script: &str, mut op: StateOp) {
        let access = self.access(script);
        let parts = self.inner.parts.take(id);
        let session = self.clone();
        self.answer_later(
            id,
            Box::pin(async move {
                join(&mut op, parts, &session.pace()).await;
                let answer = match op {
                    StateOp::Update { key } => session.begin_update(id, access?, &key).await,
                    op => serve(access?, op).await,
                };
                answer.map(Answer::State)
            }),
        );
    }

    pub(super) fn store(&self, id: u32, mut op: StoreOp) {
        let store = self.opened().map(|(store, _)| store);
        let parts = self.inner.parts.take(id);
        let session = self.clone();
        self.answer_later(
            id,
            Box::pin(async move {
                let store = store?;
                join(&mut op, parts, &session.pace()).await;
                let answer = match op {
                    StoreOp::Import { records } => session.import(id, &store, records).await,
                    StoreOp::Export => session.export(id, &store).await,
                    StoreOp::ExportNext { export } => session.export_next(export).await,
                    StoreOp::ExportEnd { export } => session.end_export(export),
                    op => serve_all(store, op).await,
                };
                answer.map(Answer::State)
            }),
        );
    }

    pub(super) fn pace(&self) -> Pace {
        Pace::new(self.inner.platform.clone())
    }

    pub(super) fn access(&self, script: &str) -> Result<Access, Error> {
        let (store, _) = self.opened()?;
        Ok(store.access(ScriptId::parse(script)?))
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
        StateOp::Entries {
            prefix,
            after,
            limit,
            order,
        } => {
            let query = Query {
                prefix,
                after,
                limit: limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
                order: match order {
                    EntryOrder::Key => Order::Key,
                    EntryOrder::Updated => Order::Updated,
                },
            };
            found(access.entries(query)).await.map(page)
        }
        StateOp::Preload { keys } => {
            access.preload(&keys).await?;
            Ok(StateAnswer::Done)
        }
        StateOp::Update { .. } => Err(Error::protocol("an update is the session's to serve")),
    }
}

fn page(QueryPage { entries, next }: QueryPage) -> StateAnswer {
    let entry = |(key, record): (String, Record)| StateEntry { key, record };
    StateAnswer::Entries {
        entries: entries.into_iter().map(entry).collect(),
        next,
    }
}

async fn serve_all(store: Rc<Store>, op: StoreOp) -> Result<StateAnswer, Error> {
    match op {
        StoreOp::Flush => store.flush().await,
        StoreOp::CleanupExpired => return store.cleanup_expired().await.map(StateAnswer::Count),
        StoreOp::Clear => store.clear().await?,
        StoreOp::Records => return store.records().await.map(StateAnswer::Records),
        StoreOp::Preload => store.preload().await?,
        StoreOp::ClearCache => store.clear_cache(),
        StoreOp::Import { .. }
        | StoreOp::Export
        | StoreOp::ExportNext { .. }
        | StoreOp::ExportEnd { .. } => {
            return Err(Error::protocol("it is the session's to serve"));
        }
    }
    Ok(StateAnswer::Done)
}

fn found<T: 'static>(lookup: Result<MaybePending<T>, Error>) -> Pending<T> {
    match lookup {
        Ok(lookup) => Box::pin(lookup.answer()),
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}
