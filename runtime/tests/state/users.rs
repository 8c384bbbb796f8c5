//! Two users of one engine, and short ways to use them.

use super::engine::{Engine, User, record};
use super::support::ready;
use pubwiki_lua_runtime::protocol::{Error, HostMethods, Record, Value};
use pubwiki_lua_runtime::state::{Access, Update, Watch};
use pubwiki_lua_runtime::testing::TestPlatform;
use std::rc::Rc;

pub const KEY: &str = "script.main.n";
pub const RECORD: &str = "main:script.main:n";

/// Two users, each with a browser of its own: neither has locks of the other's.
pub fn two(methods: HostMethods) -> (Rc<Engine>, User, User) {
    let engine = Engine::new();
    let users = [(); 2].map(|()| engine.user(&TestPlatform::new(), methods));
    let [one, other] = users;
    (engine, one, other)
}

pub fn get(user: &User) -> Option<i64> {
    let access = user.access();
    let value = access.get(KEY).expect("it is readable").answer();
    match user.platform.block(value).expect("it is read").as_deref() {
        Some(Value::Int(value)) => Some(*value),
        None => None,
        Some(_) => panic!("it is a number"),
    }
}

pub fn set(user: &User, value: i64) {
    let access = user.access();
    ready(access.set(KEY, Value::Int(value), None));
    let settled = user.platform.block(access.settle());
    settled.expect("it is stored");
}

pub fn remove(user: &User) {
    let access = user.access();
    let removed = access.delete(KEY).expect("it is allowed").answer();
    user.platform.block(removed).expect("it is removed");
    user.platform.block(access.settle()).expect("it is stored");
}

/// Begins to add one.
pub fn begin(user: &User) -> Update {
    let update = user.access().update(KEY).expect("it is allowed");
    user.platform.block(update).expect("it is read")
}

pub fn next(update: &Update) -> Value {
    match update.value().expect("it is readable").as_deref() {
        Some(Value::Int(value)) => Value::Int(value + 1),
        _ => Value::Int(1),
    }
}

pub async fn add(access: &Access) -> Result<(), Error> {
    let mut update = access.update(KEY)?.await?;
    loop {
        let value = next(&update);
        match update.commit(Some(value))?.await? {
            Some(again) => update = again,
            None => return Ok(()),
        }
    }
}

pub async fn add_often(access: Access, times: u32) {
    for _ in 0..times {
        add(&access).await.expect("it is durable");
    }
}

pub fn seen(watch: &Watch) -> Vec<Option<i64>> {
    let each = std::iter::from_fn(|| watch.try_next());
    each.map(|change| match change.value.as_deref() {
        Some(Value::Int(value)) => Some(*value),
        _ => None,
    })
    .collect()
}

/// The record of the key, which expires.
pub fn lease(value: &str, expires_at: f64) -> Record {
    Record {
        expires_at: Some(expires_at),
        ..record(RECORD, value)
    }
}
