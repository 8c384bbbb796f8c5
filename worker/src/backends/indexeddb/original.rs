//! The import of the original package's database: once, and in one transaction with the mark
//! that it was done.

use super::bindings::{Database, Factory, Happening, Request, Row, factory, in_parts};
use super::connection::Connection;
use super::idb_error::IdbError;
use super::request::opened;
use super::schema::{MARKS, STORE, Tell};
use super::transaction::{Access, complete};
use crate::locks;
use crate::value;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Function, Object, Reflect};
use pubwiki_lua_runtime::pace::Pace;
use pubwiki_lua_runtime::platform::Platform;
use pubwiki_lua_runtime::protocol::{Durability, Error, Record};
use pubwiki_lua_runtime::storage::original::{NAME, convert, left_behind};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The name of the original's object store.
const THEIRS: &str = "namespace_data";
/// The mark's key.
const MARK: &str = "original-imported";

/// Imports what is not imported yet. A record of ours wins; what does not fit is reported.
pub async fn import(
    connection: &Rc<Connection>,
    tell: &Tell,
    platform: &Rc<dyn Platform>,
) -> Result<(), Error> {
    let failed = |fault: IdbError| fault.into_error("init", Vec::new());
    if is_marked(connection).await.map_err(failed)? {
        return Ok(());
    }
    let _lock = locks::hold("pubwiki-lua/import/indexeddb".into()).await?;
    // Another tab may have been faster.
    if is_marked(connection).await.map_err(failed)? {
        return Ok(());
    }
    let (mut records, mut left) = (Vec::new(), Vec::new());
    let pace = Pace::new(platform.clone());
    for object in their_objects().await.map_err(failed)?.iter() {
        // To look at each of its values takes long.
        pace.after(1 << 14).await;
        match value::of(&object).and_then(|object| convert(&object)) {
            Ok(record) => records.push(record),
            Err(why) => left.push((name_of(&object), why)),
        }
    }
    store(connection, records, platform).await.map_err(failed)?;
    if let Some(notice) = left_behind(&left) {
        tell(notice);
    }
    Ok(())
}

fn is_marked(connection: &Rc<Connection>) -> LocalBoxFuture<'_, Result<bool, IdbError>> {
    Box::pin(async move {
        let open = connection.get().await?;
        let fault = |thrown: JsValue| IdbError::of(&thrown);
        let transaction = open
            .database
            .transaction(MARKS, Access::Read.mode(), &Object::new())
            .map_err(fault)?;
        let marks = transaction.object_store(MARKS).map_err(fault)?;
        let mark = marks.get(MARK).map_err(fault)?;
        complete(&transaction).await?;
        Ok(!mark.result().map_err(fault)?.is_undefined())
    })
}

/// Adds what is not there yet, and the mark.
async fn store(
    connection: &Rc<Connection>,
    records: Vec<Record>,
    platform: &Rc<dyn Platform>,
) -> Result<(), IdbError> {
    let open = connection.get().await?;
    let access = Access::Write(Durability::Strict);
    // A key that exists fails its own request and no more.
    let exists = Closure::<dyn FnMut(Happening)>::new(|failure: Happening| {
        failure.prevent_default();
        failure.stop_propagation();
    });
    let both = Array::of2(&STORE.into(), &MARKS.into());
    let fault = |thrown: JsValue| IdbError::of(&thrown);
    let transaction = open
        .database
        .transaction_of(&both, access.mode(), &access.options())
        .map_err(fault)?;
    let made = (|| {
        let (ours, marks) = (
            transaction.object_store(STORE)?,
            transaction.object_store(MARKS)?,
        );
        let exists: Function = exists.as_ref().unchecked_ref::<Function>().clone();
        let (mut records, platform) = (records.into_iter(), platform.clone());
        let mut next = move || {
            let pace = Pace::new(platform.clone());
            for record in records.by_ref() {
                ours.add(&Row::of(&record))?.set_onerror(&exists);
                if pace.is_due(record.value.len()) {
                    // One that succeeds, whatever becomes of those before it.
                    return marks.get(MARK).map(JsValue::from);
                }
            }
            let mark: Row = Object::new().unchecked_into();
            mark.set_row_key(MARK);
            marks.put(&mark).map(|()| JsValue::UNDEFINED)
        };
        let aborted = transaction.clone();
        // The browser's, like its requests: one may succeed when nobody waits for it any more.
        let next = Closure::<dyn FnMut() -> JsValue>::new(move || {
            next().unwrap_or_else(|_| {
                // It has ended by itself when this fails.
                let _ = aborted.abort();
                JsValue::UNDEFINED
            })
        });
        in_parts(next.into_js_value().unchecked_ref())
    })();
    if made.is_err() {
        // It has ended by itself when this fails.
        let _ = transaction.abort();
    }
    let ended = complete(&transaction).await;
    made.map_err(fault)?;
    ended
}

/// What the original's database holds; nothing when there is none.
async fn their_objects() -> Result<Array, IdbError> {
    let Some(factory) = factory() else {
        return Ok(Array::new());
    };
    let Some(database) = their_database(&factory).await? else {
        return Ok(Array::new());
    };
    let objects = read(&database).await;
    database.close();
    objects
}

async fn read(database: &Database) -> Result<Array, IdbError> {
    if !database.object_store_names().contains(THEIRS) {
        return Ok(Array::new());
    }
    let fault = |thrown: JsValue| IdbError::of(&thrown);
    let transaction = database
        .transaction(THEIRS, Access::Read.mode(), &Object::new())
        .map_err(fault)?;
    let theirs = transaction.object_store(THEIRS).map_err(fault)?;
    let all = theirs.get_all(&JsValue::UNDEFINED).map_err(fault)?;
    complete(&transaction).await?;
    Ok(all.result().map_err(fault)?.unchecked_into())
}

/// The original's database, if there is one: opening another would make it.
async fn their_database(factory: &Factory) -> Result<Option<Database>, IdbError> {
    // WebKit keeps an empty one when making it is aborted. Older browsers do not list what there is.
    if let Some(listed) = listed(factory).await
        && !listed.iter().any(|name| name == NAME)
    {
        return Ok(None);
    }
    let request: Request = factory.open(NAME).map_err(|thrown| IdbError::of(&thrown))?;
    let request = Rc::new(request);
    let new = Rc::new(std::cell::Cell::new(false));
    let (made, is_new) = (request.clone(), new.clone());
    let refuse = Closure::<dyn FnMut()>::new(move || {
        is_new.set(true);
        // Then the database is not made.
        let _ = made.transaction().abort();
    });
    request.set_onupgradeneeded(refuse.as_ref().unchecked_ref());
    match opened(&request).await {
        _ if new.get() => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// The names of the databases that there are, where the browser tells.
async fn listed(factory: &Factory) -> Option<Vec<String>> {
    let databases = JsFuture::from(factory.databases().ok()?).await.ok()?;
    let name = |database: JsValue| Reflect::get(&database, &"name".into()).ok()?.as_string();
    Some(Array::from(&databases).iter().filter_map(name).collect())
}

fn name_of(object: &JsValue) -> String {
    let name = Reflect::get(object, &"fullKey".into()).ok();
    name.and_then(|name| name.as_string())
        .unwrap_or_else(|| "an object without a fullKey".into())
}
