//! Records as items of localStorage.

use super::scripted::{local_storage, record, wait};
use futures::StreamExt as _;
use pubwiki_lua_runtime::protocol::{ErrorKind, Record};
use pubwiki_lua_runtime::storage::{Backend as _, Batch, Changes};
use std::rc::Rc;

fn put(records: Vec<Record>) -> Rc<Batch> {
    Batch::puts(records).into()
}

#[test]
fn given_a_record_then_its_item_is_json_under_the_prefix() {
    let (backend, items) = local_storage();
    let new = Record {
        expires_at: Some(1.5),
        ..record("a:b:c", "[1,2.0]")
    };
    wait(backend.write(put(vec![new.clone()]))).expect("it writes");
    let text = items.borrow()["a:b:c"].clone();
    assert_eq!(
        text,
        r#"{"createdAt":1,"updatedAt":2,"expiresAt":1.5,"value":[1,2.0]}"#
    );
    assert_eq!(wait(backend.get_many(vec!["a:b:c".into()])), Ok(vec![new]));
}

#[test]
fn given_a_foreign_item_then_the_error_names_it() {
    let (backend, items) = local_storage();
    items.borrow_mut().insert("odd".into(), "{}".into());
    let error = wait(backend.scan(String::new())).expect_err("it is foreign");
    let ErrorKind::Storage { keys, cause, .. } = *error.kind else {
        panic!("{error}");
    };
    assert_eq!(keys, ["odd"]);
    assert_eq!(cause.map(|cause| cause.name).as_deref(), Some("DataError"));
}

#[test]
fn given_another_tab_s_change_then_who_listens_hears_of_it_until_the_backend_closes() {
    let (backend, _) = local_storage();
    let changes = backend.changes().expect("it hears");
    backend.changed(Changes::All);
    wait(backend.close()).expect("it closes");
    backend.changed(Changes::All);
    let heard = wait(Box::pin(async {
        Ok(changes.map(|heard| heard.changes).collect::<Vec<_>>().await)
    }));
    assert_eq!(heard, Ok(vec![Changes::All]));
}
