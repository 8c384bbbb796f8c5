//! What the backend does not take of one script fails for that script alone, which learns nothing of others.

use super::namespaces::{SHARED, register};
use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, Value};
use pubwiki_lua_runtime::state::Access;
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::Fault;

fn keys_of(error: &Error) -> &[String] {
    match &*error.kind {
        ErrorKind::Storage { keys, .. } => keys,
        _ => panic!("it is not a StorageError: {error:?}"),
    }
}

/// Sets, without a turn for the writer.
fn set(access: &Access, key: &str, value: i64) {
    ready(access.set(key, Value::Int(value), None));
}

#[test]
fn given_a_record_that_the_backend_refuses_then_what_others_wrote_in_its_batch_is_stored() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let world = World::new(mode);
        let scripts = ["a", "evil", "b", "c"];
        let all = scripts.map(|script| (script, world.access(script)));
        world.backend.refuse("evil:script.evil:secret", "DataError");
        for (script, access) in &all {
            set(access, &format!("script.{script}.one"), 1);
            set(access, &format!("script.{script}.secret"), 2);
        }
        for (script, access) in &all {
            let settled = world.settle(access);
            if *script != "evil" {
                assert_eq!(settled, Ok(()), "{script}");
                assert_eq!(world.get(access, &format!("script.{script}.one")), int(1));
                continue;
            }
            let error = settled.expect_err("it was refused");
            let both = ["evil:script.evil:one", "evil:script.evil:secret"];
            assert_eq!(
                keys_of(&error),
                both,
                "a script's part is stored whole or not at all"
            );
            assert_eq!(world.get(access, "script.evil.one"), None);
        }
        let stored: Vec<String> = world.stored().into_iter().map(|(key, _)| key).collect();
        let expected = ["a", "b", "c"].map(|id| {
            [
                format!("{id}:script.{id}:one"),
                format!("{id}:script.{id}:secret"),
            ]
        });
        assert_eq!(stored, expected.concat());
    }
}

#[test]
fn given_a_batch_that_fails_for_several_then_no_error_names_anothers_keys() {
    let world = World::new(CacheMode::ReadThrough);
    let all = ["one", "two", "three", "four"].map(|script| (script, world.access(script)));
    // Without an answer those that come last are not tried any more.
    for cause in ["DataError", "TimeoutError"] {
        world.backend.refuse("", cause);
        for (script, access) in &all {
            ready(access.set(
                &format!("script.{script}.secret_{script}"),
                Value::Int(1),
                None,
            ));
        }
        world.platform.run();
        for (script, access) in &all {
            let error = world.settle(access).expect_err("it was refused");
            assert_eq!(
                keys_of(&error),
                [format!("{script}:script.{script}:secret_{script}")]
            );
            for (other, _) in all.iter().filter(|(other, _)| other != script) {
                let kind = serde_json::to_string(&*error.kind).expect("JSON");
                let text = format!("{} {kind}", error.message);
                assert!(
                    !text.contains(&format!("secret_{other}")),
                    "{script}: {text}"
                );
            }
        }
    }
}

#[test]
fn given_a_backend_that_does_not_answer_then_the_rest_of_a_batch_is_not_tried_for_ever() {
    let world = World::new(CacheMode::Preloaded);
    world.backend.refuse("", "TimeoutError");
    let all: Vec<_> = (0..100)
        .map(|number| world.access(&format!("s{number}")))
        .collect();
    for (number, access) in all.iter().enumerate() {
        set(access, &format!("script.s{number}.a"), 1);
    }
    for access in &all {
        assert!(world.settle(access).is_err());
    }
    let tries = world.backend.batches.borrow().len();
    assert_eq!(tries, 3, "all of it, and two parts");
}

#[test]
fn given_a_record_whose_time_of_creation_cannot_be_read_then_others_are_stored() {
    let world = World::new(CacheMode::ReadThrough);
    let (good, evil) = (world.access("good"), world.access("evil"));
    world.backend.refuse("evil:", "DataError");
    ready(good.set("script.good.a", Value::Int(1), None));
    ready(evil.set("script.evil.a", Value::Int(1), None));
    assert_eq!(world.settle(&good), Ok(()));
    assert!(world.settle(&evil).is_err());
    assert_eq!(world.stored(), [("good:script.good:a".into(), "1".into())]);
}

#[test]
fn given_a_key_that_two_have_written_then_the_last_ones_part_decides_for_both() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    register(&one, "our.notes", SHARED).expect("it is taken");
    world.backend.refuse("two:", "DataError");
    set(&one, "our.notes.a", 1);
    set(&one, "script.one.a", 1);
    set(&two, "our.notes.a", 2);
    set(&two, "script.two.a", 2);
    let error = world.settle(&one).expect_err("what it wrote is not there");
    assert_eq!(keys_of(&error), ["*:our.notes:a"]);
    assert!(world.settle(&two).is_err());
    assert_eq!(world.stored(), [("one:script.one:a".into(), "1".into())]);
    assert_eq!(world.get(&one, "our.notes.a"), None);
}

#[test]
fn given_what_expired_in_a_batch_that_fails_then_each_is_written_by_itself() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.old", Value::Int(1), Some(10.0)));
    world.settle(&access).expect("it is durable");
    world.platform.advance(20.0);
    world.backend.fail(Fault::Write);
    let cleaned = world.store.cleanup_expired();
    set(&access, "script.main.new", 1);
    assert_eq!(world.platform.block(cleaned), Ok(1));
    assert_eq!(world.settle(&access), Ok(()));
    assert_eq!(
        world.stored(),
        [("main:script.main:new".into(), "1".into())]
    );
}

#[test]
fn given_a_key_set_again_while_its_part_is_tried_then_the_new_value_stays_and_is_written() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    world.backend.fail(Fault::Write);
    world.backend.hold();
    set(&one, "script.one.a", 1);
    set(&two, "script.two.a", 1);
    world.platform.run();
    world.backend.let_one_go(0);
    world.platform.run();
    set(&two, "script.two.a", 2);
    world.backend.let_go();
    assert_eq!(world.settle(&one), Ok(()));
    assert_eq!(world.settle(&two), Ok(()));
    let stored = [("one:script.one:a", "1"), ("two:script.two:a", "2")];
    assert_eq!(
        world.stored(),
        stored.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}
