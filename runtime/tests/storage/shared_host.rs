//! A page's backend that knows versions, pages and transactions.

use super::scripted::{NO_METHODS, record, that_answers, wait, with_answers, with_map};
use pubwiki_lua_runtime::protocol::{
    BackendAnswer, BackendOp, Error, ErrorKind, HostMethods, OUTCOME_UNKNOWN, Record,
};
use pubwiki_lua_runtime::storage::{Backend, Batch, Expired, Swap};
use std::rc::Rc;

const COMPARES: HostMethods = HostMethods {
    compare_and_set: true,
    ..NO_METHODS
};
const PAGES: HostMethods = HostMethods {
    scan_page: true,
    ..NO_METHODS
};

fn versioned(records: Vec<Record>, version: &str, cursor: Option<&str>) -> BackendAnswer {
    BackendAnswer::Versioned {
        versions: records.iter().map(|_| version.to_owned()).collect(),
        records,
        cursor: cursor.map(str::to_owned),
    }
}

fn keys_and_message(error: Error) -> (Vec<String>, String) {
    match *error.kind {
        ErrorKind::Storage { keys, .. } => (keys, error.message),
        _ => panic!("it is no StorageError: {error}"),
    }
}

#[test]
fn given_pages_then_they_are_read_to_the_end_and_the_last_of_a_key_counts() {
    let (backend, calls) = with_answers(
        PAGES,
        vec![
            versioned(vec![record("b", "1"), record("a", "1")], "", Some("2")),
            versioned(Vec::new(), "", Some("3")),
            versioned(vec![record("b", "2"), record("c", "1")], "", None),
        ],
    );
    let all = wait(backend.scan(String::new())).expect("it reads");
    assert_eq!(all, [record("a", "1"), record("b", "2"), record("c", "1")]);
    let cursors: Vec<Option<String>> = calls
        .borrow()
        .iter()
        .map(|op| match op {
            BackendOp::ScanPage { cursor, .. } => cursor.clone(),
            _ => panic!("it asks for pages"),
        })
        .collect();
    assert_eq!(cursors, [None, Some("2".into()), Some("3".into())]);
}

#[test]
fn given_a_page_that_leads_to_itself_then_it_is_refused() {
    let page = || versioned(vec![record("a", "1")], "", Some("again"));
    let (backend, _) = with_answers(PAGES, vec![page(), page()]);
    let error = wait(backend.scan(String::new())).expect_err("it is refused");
    assert!(
        error.message.contains("begins where this one did"),
        "{error}"
    );
}

#[test]
fn given_a_page_with_what_was_not_asked_for_then_it_is_refused() {
    let (backend, _) = with_answers(PAGES, vec![versioned(vec![record("b", "1")], "", None)]);
    assert!(wait(backend.scan("a".into())).is_err());
}

#[test]
fn given_transactions_then_a_batch_is_one_call() {
    let methods = HostMethods {
        transact: true,
        ..NO_METHODS
    };
    let (backend, calls) = with_map(methods);
    let batch = Batch {
        puts: vec![record("a", "1"), record("a", "2"), record("b", "1")],
        deletes: vec!["c".into()],
    };
    wait(backend.write(Rc::new(batch))).expect("it is stored");
    wait(backend.write(Rc::new(Batch::puts(vec![record("d", "1")])))).expect("it is stored");
    let expected = [
        BackendOp::Transact {
            records: vec![record("a", "2"), record("b", "1")],
            removed: vec!["c".into()],
        },
        BackendOp::Set {
            record: record("d", "1"),
        },
    ];
    assert_eq!(*calls.borrow(), expected);
    assert!(backend.is_atomic());
    assert!(!with_map(NO_METHODS).0.is_atomic());
}

#[test]
fn given_an_answer_to_compare_and_set_then_it_is_what_has_come_of_it() {
    let swap = |answer| {
        let (backend, _) = with_answers(COMPARES, vec![answer]);
        wait(backend.compare_and_set("a".into(), Some("1".into()), None))
    };
    let version = "2".to_owned();
    let done = swap(BackendAnswer::Swapped { version }).expect("it is stored");
    assert_eq!(done, Swap::Done("2".into()));
    let there = swap(versioned(vec![record("a", "1")], "3", None)).expect("it is no failure");
    let Swap::Conflict(Some(there)) = there else {
        panic!("there is another")
    };
    assert_eq!(there.version.as_deref(), Some("3"));
    let nothing = swap(BackendAnswer::Record(None)).expect("it is no failure");
    assert_eq!(nothing, Swap::Conflict(None));

    let (backend, _) = with_answers(COMPARES, vec![BackendAnswer::Record(None)]);
    assert!(wait(backend.compare_and_set("a".into(), None, None)).is_err());

    let refused = [
        (BackendAnswer::Done, "neither"),
        (
            versioned(vec![record("a", "1")], "1", None),
            "refused the version that it has",
        ),
        (versioned(vec![record("a", "1")], "", None), "no version"),
        (versioned(vec![record("b", "1")], "3", None), "another key"),
        (BackendAnswer::Record(Some(record("a", "1"))), "no version"),
    ];
    for (answer, why) in refused {
        let (keys, message) = keys_and_message(swap(answer).expect_err("it is refused"));
        assert!(message.contains(why), "{message}");
        assert!(message.contains("compareAndSet of a"), "{message}");
        assert_eq!(keys[0], "a");
    }
}

#[test]
fn given_records_without_versions_where_there_must_be_some_then_they_are_refused() {
    let records = Ok(BackendAnswer::Records(vec![record("a", "1")]));
    let backend = that_answers(COMPARES, records);
    let (_, message) = keys_and_message(wait(backend.scan(String::new())).expect_err("refused"));
    assert!(message.contains("no version"), "{message}");
}

#[test]
fn given_a_call_without_an_answer_then_its_outcome_is_unknown() {
    let late = super::scripted::thrown("TimeoutError");
    let backend = that_answers(COMPARES, Err(late));
    let error = wait(backend.compare_and_set("a".into(), None, None)).expect_err("it failed");
    assert_eq!(error.kind.code(), OUTCOME_UNKNOWN);
    let read = wait(backend.get_many(vec!["a".into()])).expect_err("it failed");
    assert_eq!(read.kind.code(), "STORAGE_FAILED");
}

#[test]
fn given_expired_records_then_each_is_removed_by_its_version_and_renewed_ones_are_not() {
    let expiring = |key: &str, expires_at: f64| Record {
        expires_at: Some(expires_at),
        ..record(key, "1")
    };
    let methods = HostMethods {
        get_many: true,
        ..COMPARES
    };
    let renewed_before = expiring("renewed before", 9.0);
    let renewed_since = expiring("renewed since", 9.0);
    let found = vec![
        expiring("a", 5.0),
        renewed_before.clone(),
        expiring("renewed since", 5.0),
    ];
    let version = "8".to_owned();
    let (backend, calls) = with_answers(
        methods,
        vec![
            versioned(found, "7", None),
            BackendAnswer::Swapped { version },
            versioned(vec![renewed_since.clone()], "9", None),
        ],
    );
    let expired = ["a", "renewed before", "renewed since", "gone"].map(|key| Expired {
        key: key.into(),
        expires_at: 5.0,
    });
    let renewed = wait(backend.remove_expired(expired.into())).expect("they are removed");
    assert_eq!(renewed, [renewed_before, renewed_since]);
    let swap = |key: &str| BackendOp::CompareAndSet {
        key: key.into(),
        version: Some("7".into()),
        next: None,
    };
    assert_eq!(calls.borrow()[1..], [swap("a"), swap("renewed since")]);
}

#[test]
fn given_more_writes_than_an_engine_may_take_in_time_then_a_call_has_some_of_them() {
    let methods = HostMethods {
        set_many: true,
        delete_many: true,
        ..COMPARES
    };
    let (backend, calls) = with_map(methods);
    let key = |number: usize| format!("key {number:04}");
    let batch = Batch {
        puts: (0..2_500).map(|number| record(&key(number), "1")).collect(),
        deletes: (2_500..4_000).map(key).collect(),
    };
    wait(backend.write(Rc::new(batch))).expect("it stores");
    let asked: Vec<(bool, usize)> = calls
        .borrow()
        .iter()
        .map(|op| match op {
            BackendOp::SetMany { records } => (true, records.len()),
            BackendOp::DeleteMany { keys } => (false, keys.len()),
            _ => panic!("it sets and deletes"),
        })
        .collect();
    let expected = [
        (true, 1024),
        (true, 1024),
        (true, 452),
        (false, 1024),
        (false, 476),
    ];
    assert_eq!(asked, expected);
}
