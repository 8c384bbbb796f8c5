//! Writes that fail: who learns it, and what is in memory then.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, Value};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend};

fn keys_of(error: &Error) -> &[String] {
    match &*error.kind {
        ErrorKind::Storage {
            keys,
            cause: Some(_),
            ..
        } => keys,
        _ => panic!("it is not a StorageError with a cause: {error:?}"),
    }
}

#[test]
fn given_a_failing_batch_then_its_writers_learn_their_keys_and_memory_is_as_the_backend() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let (one, two, idle) = (
        world.access("main"),
        world.access("other"),
        world.access("main"),
    );
    // All of it, and then each writer's part.
    for _ in 0..3 {
        world.backend.fail(Fault::Write);
    }
    ready(one.set("script.main.a", Value::Int(2), None));
    ready(one.set("script.main.b", Value::Int(2), None));
    ready(two.set("script.other.c", Value::Int(2), None));
    let errors =
        [world.settle(&one), world.settle(&two)].map(|outcome| outcome.expect_err("it failed"));
    assert_eq!(
        keys_of(&errors[0]),
        ["main:script.main:a", "main:script.main:b"]
    );
    assert_eq!(keys_of(&errors[1]), ["other:script.other:c"]);
    assert!(
        errors[0].message.contains("main:script.main:b"),
        "{}",
        errors[0]
    );
    assert_eq!(world.settle(&idle), Ok(()));
    assert_eq!(
        ready(one.get("script.main.a")).as_deref(),
        Some(&Value::Int(1))
    );
    assert_eq!(ready(one.get("script.main.b")), None);
    assert_eq!(ready(two.get("script.other.c")), None);
    assert_eq!(world.list(&one, ""), ["script.main.a"]);
}

#[test]
fn given_a_batch_that_fails_half_way_then_memory_is_as_the_backend() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.fail(Fault::WriteAfter(5_000));
    for number in 0..10_000 {
        ready(access.set(&format!("script.main.{number}"), Value::Int(number), None));
    }
    let error = world.settle(&access).expect_err("it failed");
    let mut all: Vec<String> = (0..10_000)
        .map(|number| format!("main:script.main:{number}"))
        .collect();
    all.sort_unstable();
    assert_eq!(keys_of(&error), &all[..100], "the first ones are named");
    assert!(
        error.message.contains("and more than 4093 more") && error.message.len() < 500,
        "{error}"
    );
    let stored: Vec<String> = world
        .backend
        .records()
        .iter()
        .map(|record| record.key.replacen("main:script.main:", "script.main.", 1))
        .collect();
    assert_eq!(stored.len(), 5_000);
    assert_eq!(world.list(&access, ""), stored);
}

#[test]
fn given_a_key_set_again_while_its_batch_fails_then_the_new_value_stays_and_is_written() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("main"), world.access("main"));
    world.backend.hold();
    world.backend.fail(Fault::Write);
    world.set(&one, "script.main.a", 1);
    world.platform.run();
    world.set(&two, "script.main.a", 2);
    world.backend.let_go();
    assert!(world.settle(&one).is_err());
    assert_eq!(world.get(&one, "script.main.a"), int(2));
    assert_eq!(world.settle(&two), Ok(()));
    assert_eq!(world.stored(), [("main:script.main:a".into(), "2".into())]);
}

#[test]
fn given_a_failing_batch_whose_keys_cannot_be_read_again_then_they_stay_cold_until_they_can() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let access = world.access("main");
    world.backend.fail(Fault::Write);
    world.backend.fail(Fault::Read);
    world.backend.fail(Fault::Read);
    world.set(&access, "script.main.a", 2);
    assert!(world.settle(&access).is_err());
    assert!(
        world.wait(access.get("script.main.a")).is_err(),
        "it is asked for, and fails"
    );
    assert_eq!(world.get(&access, "script.main.a"), int(1));
    assert_eq!(
        ready(access.get("script.main.a")).as_deref(),
        Some(&Value::Int(1))
    );
}

#[test]
fn given_a_failed_batch_then_later_writes_go_through_but_the_run_keeps_its_failure() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.fail(Fault::Write);
    world.set(&access, "script.main.a", 1);
    let first = world.settle(&access).expect_err("it failed");
    world.set(&access, "script.main.b", 2);
    assert_eq!(world.settle(&access), Err(first));
    assert_eq!(world.stored(), [("main:script.main:b".into(), "2".into())]);
}

#[test]
fn given_several_failing_batches_then_the_keys_of_all_are_named() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for key in ["script.main.a", "script.main.b"] {
        world.backend.fail(Fault::Write);
        world.set(&access, key, 1);
        world.platform.run();
    }
    let error = world.settle(&access).expect_err("both failed");
    assert_eq!(
        keys_of(&error),
        ["main:script.main:a", "main:script.main:b"]
    );
}

#[test]
fn given_more_failed_writes_than_are_kept_then_writing_them_again_does_not_mend_all() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let write_all = || {
        for number in 0..5000 {
            ready(access.set(&format!("script.main.{number:04}"), Value::Int(1), None));
        }
        world.settle(&access)
    };
    world.backend.fail(Fault::Write);
    assert!(write_all().is_err());
    assert!(write_all().is_err(), "of some it is not known");
    assert_eq!(world.stored().len(), 5000, "they are stored now");
}

#[test]
fn given_a_failed_delete_then_the_record_is_back() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let access = world.access("main");
    world.backend.fail(Fault::Write);
    assert!(ready(access.delete("script.main.a")));
    assert_eq!(ready(access.get("script.main.a")), None);
    let error = world.settle(&access).expect_err("it failed");
    assert_eq!(keys_of(&error), ["main:script.main:a"]);
    assert_eq!(world.get(&access, "script.main.a"), int(1));
}

#[test]
fn given_a_first_read_that_fails_then_the_store_does_not_open() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.fail(Fault::Read);
    let platform = pubwiki_lua_runtime::testing::TestPlatform::new();
    let opened = platform.block(pubwiki_lua_runtime::state::Store::open(
        platform.shared(),
        backend,
    ));
    assert!(matches!(
        *opened.err().expect("an error").kind,
        ErrorKind::Storage { .. }
    ));
}
