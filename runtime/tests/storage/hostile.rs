//! Hosts that throw or answer nonsense: each time a StorageError that says which.

use super::scripted::{ALL_METHODS, NO_METHODS, record, that_answers, wait};
use pubwiki_lua_runtime::protocol::{BackendAnswer, Error, ErrorKind, HostError};
use pubwiki_lua_runtime::storage::{Backend, Batch};

fn facts(error: &Error) -> (&str, &str, Vec<&str>, Option<&HostError>) {
    let ErrorKind::Storage {
        backend,
        operation,
        keys,
        cause,
    } = &*error.kind
    else {
        panic!("{error:?}")
    };
    (
        backend,
        operation,
        keys.iter().map(String::as_str).collect(),
        cause.as_ref(),
    )
}

#[test]
fn given_a_host_that_throws_then_the_error_has_backend_operation_keys_and_cause() {
    let cause = HostError {
        name: "TypeError".into(),
        message: "no network".into(),
    };
    let backend = that_answers(NO_METHODS, Err(cause.clone()));
    let batch = |puts, deletes| Batch { puts, deletes }.into();
    let failures = [
        (wait(backend.init()), "init", vec![]),
        (
            wait(backend.get_many(vec!["a".into()])).map(drop),
            "get",
            vec!["a"],
        ),
        (wait(backend.scan("a".into())).map(drop), "getAll", vec![]),
        (
            wait(backend.write(batch(vec![record("a", "1")], vec![]))),
            "set",
            vec!["a"],
        ),
        (
            wait(backend.write(batch(vec![], vec!["b".into()]))),
            "delete",
            vec!["b"],
        ),
        (wait(backend.clear()), "clear", vec![]),
        (wait(backend.close()), "close", vec![]),
    ];
    for (outcome, operation, keys) in failures {
        let error = outcome.expect_err("it threw");
        assert_eq!(facts(&error), ("custom", operation, keys, Some(&cause)));
        assert!(
            error.message.contains("custom") && error.message.contains("TypeError: no network"),
            "{error}"
        );
    }
    let backend = that_answers(ALL_METHODS, Err(cause));
    let puts = vec![record("a", "1"), record("b", "1")];
    let error = wait(backend.write(batch(puts, vec![]))).expect_err("it threw");
    assert_eq!(facts(&error).1, "setMany");
    assert_eq!(facts(&error).2, ["a", "b"]);
}

#[test]
fn given_a_record_of_another_key_then_it_is_refused() {
    let get = that_answers(
        NO_METHODS,
        Ok(BackendAnswer::Record(Some(record("other", "1")))),
    );
    let many = that_answers(
        ALL_METHODS,
        Ok(BackendAnswer::Records(vec![
            record("a", "1"),
            record("other", "1"),
        ])),
    );
    for outcome in [
        wait(get.get_many(vec!["a".into()])),
        wait(many.get_many(vec!["a".into(), "b".into()])),
        wait(many.scan("a".into())),
    ] {
        let error = outcome.expect_err("it is refused");
        assert!(facts(&error).2.contains(&"other"), "the page is told");
        assert!(!error.message.contains("other\""), "{error}");
    }
}

#[test]
fn given_a_listing_with_a_bad_record_of_another_prefix_then_it_does_not_matter() {
    let mut bad = record("b", "1");
    bad.updated_at = f64::NAN;
    let records = vec![record("a", "1"), record("b", "1"), bad];
    let backend = that_answers(NO_METHODS, Ok(BackendAnswer::Records(records)));
    let found = wait(backend.scan("a".into())).expect("what was asked for is good");
    assert_eq!(found, [record("a", "1")]);
    let error = wait(backend.scan(String::new())).expect_err("it is refused");
    assert_eq!(facts(&error).2, ["b"]);
    assert!(!error.message.contains("of b"), "{error}");
}

#[test]
fn given_a_record_twice_then_it_is_refused() {
    for methods in [NO_METHODS, ALL_METHODS] {
        let backend = that_answers(
            methods,
            Ok(BackendAnswer::Records(vec![
                record("a", "1"),
                record("a", "2"),
            ])),
        );
        let error = wait(backend.scan(String::new())).expect_err("it is refused");
        assert!(error.message.contains("two records"), "{error}");
    }
}

#[test]
fn given_times_that_are_none_then_they_are_refused() {
    for at in 0..3 {
        let mut bad = record("a", "1");
        match at {
            0 => bad.created_at = f64::NAN,
            1 => bad.updated_at = f64::INFINITY,
            _ => bad.expires_at = Some(f64::NAN),
        }
        let backend = that_answers(NO_METHODS, Ok(BackendAnswer::Record(Some(bad))));
        let error = wait(backend.get_many(vec!["a".into()])).expect_err("it is refused");
        assert_eq!(facts(&error).2, ["a"]);
    }
}

#[test]
fn given_an_answer_of_another_shape_then_it_is_refused() {
    let done = that_answers(NO_METHODS, Ok(BackendAnswer::Done));
    let records = that_answers(ALL_METHODS, Ok(BackendAnswer::Records(Vec::new())));
    let one = that_answers(ALL_METHODS, Ok(BackendAnswer::Record(None)));
    for outcome in [
        wait(done.get_many(vec!["a".into()])).map(drop),
        wait(done.scan(String::new())).map(drop),
        wait(records.init()),
        wait(records.clear()),
        wait(one.get_many(vec!["a".into()])).map(drop),
        wait(one.write(Batch::puts(vec![record("a", "1")]).into())),
    ] {
        facts(&outcome.expect_err("it is refused"));
    }
}

#[test]
fn given_a_set_that_fails_then_the_records_after_it_are_not_sent() {
    let cause = HostError {
        name: "Error".into(),
        message: "full".into(),
    };
    let backend = that_answers(NO_METHODS, Err(cause));
    let batch = Batch {
        puts: vec![record("a", "1"), record("b", "1")],
        deletes: vec!["c".into()],
    };
    let error = wait(backend.write(batch.into())).expect_err("it failed");
    assert_eq!(facts(&error).2, ["a"]);
}
