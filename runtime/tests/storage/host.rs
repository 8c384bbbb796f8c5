//! The backend that a page provides.

use super::scripted::{ALL_METHODS, NO_METHODS, record, wait, with_map};
use pubwiki_lua_runtime::protocol::{BackendAnswer, BackendOp};
use pubwiki_lua_runtime::storage::{Backend, Batch, MemoryBackend, serve_call};
use std::rc::Rc;

fn batch() -> Rc<Batch> {
    Rc::new(Batch {
        puts: vec![record("a", "1"), record("b", "2")],
        deletes: vec!["c".into(), "d".into()],
    })
}

#[test]
fn given_a_host_without_optional_methods_then_each_record_is_a_call() {
    let (backend, calls) = with_map(NO_METHODS);
    wait(backend.write(batch())).expect("it stores");
    wait(backend.get_many(vec!["a".into(), "c".into()])).expect("it reads");
    wait(backend.scan("b".into())).expect("it reads");
    let expected = [
        BackendOp::Set {
            record: record("a", "1"),
        },
        BackendOp::Set {
            record: record("b", "2"),
        },
        BackendOp::Delete { key: "c".into() },
        BackendOp::Delete { key: "d".into() },
        BackendOp::Get { key: "a".into() },
        BackendOp::Get { key: "c".into() },
        BackendOp::GetAll,
    ];
    assert_eq!(*calls.borrow(), expected);
}

#[test]
fn given_a_host_with_them_then_many_are_one_call() {
    let (backend, calls) = with_map(ALL_METHODS);
    wait(backend.write(batch())).expect("it stores");
    wait(backend.get_many(vec!["a".into(), "c".into()])).expect("it reads");
    wait(backend.scan("b".into())).expect("it reads");
    let expected = [
        BackendOp::SetMany {
            records: batch().puts.clone(),
        },
        BackendOp::DeleteMany {
            keys: batch().deletes.clone(),
        },
        BackendOp::GetMany {
            keys: vec!["a".into(), "c".into()],
        },
        BackendOp::Scan { prefix: "b".into() },
    ];
    assert_eq!(*calls.borrow(), expected);
}

#[test]
fn given_a_backend_by_handle_then_every_operation_is_served() {
    let memory = MemoryBackend::new();
    let call = |op: BackendOp| wait(serve_call(&memory, op)).expect("memory does not fail");
    assert_eq!(call(BackendOp::Init), BackendAnswer::Done);
    assert_eq!(
        call(BackendOp::Set {
            record: record("a", "1")
        }),
        BackendAnswer::Done
    );
    let twice = vec![record("b", "1"), record("c", "1"), record("b", "2")];
    assert_eq!(
        call(BackendOp::SetMany { records: twice }),
        BackendAnswer::Done
    );
    assert_eq!(
        call(BackendOp::Get { key: "a".into() }),
        BackendAnswer::Record(Some(record("a", "1")))
    );
    assert_eq!(
        call(BackendOp::Get { key: "z".into() }),
        BackendAnswer::Record(None)
    );
    let all = vec![record("a", "1"), record("b", "2"), record("c", "1")];
    assert_eq!(call(BackendOp::GetAll), BackendAnswer::Records(all.clone()));
    assert_eq!(
        call(BackendOp::Scan { prefix: "b".into() }),
        BackendAnswer::Records(vec![record("b", "2")])
    );
    let keys = vec!["b".into(), "z".into()];
    assert_eq!(
        call(BackendOp::GetMany { keys }),
        BackendAnswer::Records(vec![record("b", "2")])
    );
    assert_eq!(
        call(BackendOp::Delete { key: "a".into() }),
        BackendAnswer::Done
    );
    let keys = vec!["b".into(), "b".into(), "z".into()];
    assert_eq!(call(BackendOp::DeleteMany { keys }), BackendAnswer::Done);
    assert_eq!(
        call(BackendOp::GetAll),
        BackendAnswer::Records(vec![record("c", "1")])
    );
    assert_eq!(call(BackendOp::Clear), BackendAnswer::Done);
    assert_eq!(call(BackendOp::GetAll), BackendAnswer::Records(Vec::new()));
    assert_eq!(call(BackendOp::Close), BackendAnswer::Done);
}
