//! Updates over several users.

use super::engine::{COMPARED, Engine, SHARED, error};
use super::support::ready;
use super::users::{KEY, RECORD, add, add_often, begin, get, lease, next, set, two};
use pubwiki_lua_runtime::protocol::{BackendOp, ErrorKind, Event, HostMethods, Value};
use pubwiki_lua_runtime::testing::TestPlatform;
use std::rc::Rc;

#[test]
fn given_two_users_that_increment_then_no_increment_is_lost() {
    for (methods, tells_own) in [(SHARED, true), (SHARED, false), (COMPARED, true)] {
        let (engine, one, other) = two(methods);
        engine.tells_own.set(tells_own);
        engine.delay_ms.set(1);
        let users = [&one, &other];
        let ended = users.map(|user| user.platform.start(add_often(user.access(), 500)));
        let mut has_ended = [false; 2];
        while has_ended != [true; 2] {
            for (at, user) in users.into_iter().enumerate() {
                user.platform.advance(1.0);
                has_ended[at] |= ended[at].take().is_some();
            }
        }
        assert_eq!(engine.value(RECORD).as_deref(), Some("1000"));
        let is_swap = |op: &&BackendOp| matches!(op, BackendOp::CompareAndSet { .. });
        let swaps = engine.calls.borrow().iter().filter(is_swap).count();
        assert!(swaps > 1000, "they have met");
        engine.delay_ms.set(0);
        users.into_iter().for_each(|user| user.platform.run());
        assert_eq!((get(&one), get(&other)), (Some(1000), Some(1000)));
    }
}

#[test]
fn given_updates_of_a_key_that_nobody_else_writes_then_each_is_one_call() {
    let (engine, one, _) = two(SHARED);
    engine.calls.take();
    for _ in 0..20 {
        one.platform.block(add_often(one.access(), 1));
    }
    assert_eq!(engine.calls.borrow().len(), 20);
}

#[test]
fn given_a_write_between_reading_and_storing_then_the_function_is_called_on_what_is_there() {
    for methods in [SHARED, COMPARED] {
        let (engine, one, _) = two(methods);
        let update = begin(&one);
        let value = next(&update);
        engine.write(RECORD, Some("10"));
        let again = one
            .platform
            .block(update.commit(Some(value)).expect("it is taken"));
        let again = again.expect("it is no failure").expect("it is not stored");
        let value = next(&again);
        assert_eq!(value, Value::Int(11));
        let stored = one
            .platform
            .block(again.commit(Some(value)).expect("it is taken"));
        assert!(stored.expect("it is stored").is_none());
        assert_eq!(engine.value(RECORD).as_deref(), Some("11"));
    }
}

#[test]
fn given_a_removal_of_what_another_has_written_meanwhile_then_it_is_not_removed() {
    let (engine, one, _) = two(SHARED);
    set(&one, 1);
    let update = begin(&one);
    one.hear_late();
    engine.write(RECORD, Some("2"));
    let again = one
        .platform
        .block(update.commit(None).expect("it is taken"));
    assert!(again.expect("it is no failure").is_some());
    assert_eq!(engine.value(RECORD).as_deref(), Some("2"));
    assert_eq!(get(&one), Some(2));
}

#[test]
fn given_an_update_without_an_answer_then_its_outcome_is_unknown_and_memory_is_as_the_engine() {
    for (is_done, name) in [(true, "OUTCOME_UNKNOWN"), (false, "TimeoutError")] {
        let (engine, one, _) = two(SHARED);
        engine.tells_own.set(false);
        set(&one, 1);
        engine.fault.replace(Some((is_done, error(name))));
        let access = one.access();
        let outcome = one.platform.start(async move { add(&access).await });
        one.platform.run();
        let error = outcome
            .take()
            .expect("it has ended")
            .expect_err("it failed");
        assert_eq!(error.kind.code(), "OUTCOME_UNKNOWN");
        assert_eq!(get(&one), Some(1 + i64::from(is_done)));
    }
}

#[test]
fn given_an_update_that_fails_then_the_next_one_goes_on_and_its_run_has_not_failed() {
    let (engine, one, _) = two(SHARED);
    engine.fault.replace(Some((false, error("TestError"))));
    let access = Rc::new(one.access());
    let first = one.platform.start({
        let access = access.clone();
        async move { add(&access).await }
    });
    one.platform.run();
    let error = first.take().expect("it has ended").expect_err("it failed");
    assert_eq!(error.kind.code(), "STORAGE_FAILED");
    let second = one.platform.start({
        let access = access.clone();
        async move { add(&access).await }
    });
    one.platform.run();
    assert_eq!(second.take(), Some(Ok(())));
    assert_eq!(one.platform.block(access.settle()), Ok(()));
}

#[test]
fn given_an_update_that_is_given_up_while_it_is_stored_then_memory_learns_of_it() {
    let (engine, one, _) = two(SHARED);
    engine.tells_own.set(false);
    engine.hold();
    drop(
        begin(&one)
            .commit(Some(Value::Int(7)))
            .expect("it is taken"),
    );
    one.platform.run();
    engine.let_go();
    one.platform.run();
    assert_eq!(get(&one), Some(7));
}

#[test]
fn given_plain_sets_among_updates_then_updates_see_them() {
    let (engine, one, _) = two(SHARED);
    let update = begin(&one);
    let value = next(&update);
    ready(one.access().set(KEY, Value::Int(20), None));
    let again = one
        .platform
        .block(update.commit(Some(value)).expect("it is taken"));
    let again = again.expect("it is no failure").expect("it is not stored");
    assert_eq!(next(&again), Value::Int(21));
    drop(again);
    one.platform.block(add_often(one.access(), 1));
    assert_eq!(engine.value(RECORD).as_deref(), Some("21"));
}

#[test]
fn given_an_expired_record_then_an_update_replaces_it() {
    let (engine, one, _) = two(SHARED);
    let now = one.platform.shared().now_ms();
    engine.write_record(lease("41", now + 10.0));
    one.platform.run();
    one.platform.advance(20.0);
    one.platform.block(add_often(one.access(), 1));
    assert_eq!(engine.value(RECORD).as_deref(), Some("1"));
}

#[test]
fn given_a_backend_that_compares_nothing_then_the_first_update_says_so_once() {
    let (platform, engine) = (TestPlatform::new(), Engine::new());
    let methods = HostMethods {
        compare_and_set: false,
        changes: false,
        ..SHARED
    };
    let user = engine.user(&platform, methods);
    for _ in 0..2 {
        let update = user.access().update(KEY).expect("it is allowed");
        drop(platform.block(update));
    }
    let notices: Vec<String> = platform
        .sent()
        .into_iter()
        .filter_map(|event| match event {
            Event::Notice(notice) => Some(notice.code),
            _ => None,
        })
        .collect();
    assert_eq!(notices, ["UPDATE_NOT_SHARED"]);
}

#[test]
fn given_a_write_that_failed_and_is_repeated_then_the_run_has_not_failed() {
    let (engine, one, _) = two(SHARED);
    let access = one.access();
    engine.breaks.set(true);
    ready(access.set(KEY, Value::Int(1), None));
    let failed = one.platform.block(access.settle()).expect_err("it failed");
    let ErrorKind::Storage { keys, .. } = &*failed.kind else {
        panic!("it is no StorageError")
    };
    assert_eq!(*keys, [RECORD]);
    ready(access.set("script.main.other", Value::Int(1), None));
    assert!(one.platform.block(access.settle()).is_err(), "another key");
    ready(access.set(KEY, Value::Int(1), None));
    assert_eq!(one.platform.block(access.settle()), Ok(()));
}

#[test]
fn given_a_batch_that_may_be_stored_in_part_then_its_error_says_so() {
    let (engine, one, _) = two(SHARED);
    let access = one.access();
    engine.breaks.set(true);
    ready(access.set(KEY, Value::Int(1), None));
    ready(access.set("script.main.other", Value::Int(1), None));
    let failed = one.platform.block(access.settle()).expect_err("it failed");
    assert!(failed.message.starts_with("may not be stored"), "{failed}");
}
