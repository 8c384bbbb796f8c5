//! State of several users, on an engine that compares versions and tells of changes.

use super::engine::{COMPARED, Engine, SHARED, User, error, record};
use super::support::ready;
use pubwiki_lua_runtime::protocol::{
    BackendOp, Error, ErrorKind, Event, HostMethods, Record, Value,
};
use pubwiki_lua_runtime::state::{Access, Store, Update, Watch};
use pubwiki_lua_runtime::testing::TestPlatform;
use std::rc::Rc;

const KEY: &str = "script.main.n";
const RECORD: &str = "main:script.main:n";

/// Two users, each with a browser of its own: neither has locks of the other's.
fn two(methods: HostMethods) -> (Rc<Engine>, User, User) {
    let engine = Engine::new();
    let users = [(); 2].map(|()| engine.user(&TestPlatform::new(), methods));
    let [one, other] = users;
    (engine, one, other)
}

fn get(user: &User) -> Option<i64> {
    let access = user.access();
    let value = access.get(KEY).expect("it is readable").answer();
    match user.platform.block(value).expect("it is read").as_deref() {
        Some(Value::Int(value)) => Some(*value),
        None => None,
        Some(_) => panic!("it is a number"),
    }
}

fn set(user: &User, value: i64) {
    let access = user.access();
    ready(access.set(KEY, Value::Int(value), None));
    let settled = user.platform.block(access.settle());
    settled.expect("it is stored");
}

fn remove(user: &User) {
    let access = user.access();
    let removed = access.delete(KEY).expect("it is allowed").answer();
    user.platform.block(removed).expect("it is removed");
    user.platform.block(access.settle()).expect("it is stored");
}

/// Begins to add one.
fn begin(user: &User) -> Update {
    let update = user.access().update(KEY).expect("it is allowed");
    user.platform.block(update).expect("it is read")
}

fn next(update: &Update) -> Value {
    match update.value().expect("it is readable").as_deref() {
        Some(Value::Int(value)) => Value::Int(value + 1),
        _ => Value::Int(1),
    }
}

async fn add(access: &Access) -> Result<(), Error> {
    let mut update = access.update(KEY)?.await?;
    loop {
        let value = next(&update);
        match update.commit(Some(value))?.await? {
            Some(again) => update = again,
            None => return Ok(()),
        }
    }
}

async fn add_often(access: Access, times: u32) {
    for _ in 0..times {
        add(&access).await.expect("it is durable");
    }
}

fn seen(watch: &Watch) -> Vec<Option<i64>> {
    let each = std::iter::from_fn(|| watch.try_next());
    each.map(|change| match change.value.as_deref() {
        Some(Value::Int(value)) => Some(*value),
        _ => None,
    })
    .collect()
}

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
fn given_another_user_s_write_then_it_is_heard_without_being_read() {
    let (engine, one, other) = two(SHARED);
    let access = other.access();
    let watch = access.watch_key(KEY).expect("it is readable");
    set(&one, 1);
    other.platform.run();
    assert_eq!(seen(&watch), [Some(1)]);
    assert_eq!(get(&other), Some(1));
    set(&one, 2);
    remove(&one);
    other.platform.run();
    assert_eq!(seen(&watch).last(), Some(&None));
    assert_eq!(get(&other), None);
    assert_eq!(engine.reads(), 0);
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
fn given_what_is_told_late_and_is_older_than_an_own_write_then_memory_does_not_go_back() {
    type Write = fn(&User);
    let writes: [(Write, Option<i64>); 3] = [
        (|user| set(user, 5), Some(5)),
        (remove, None),
        (
            |user| user.platform.block(add_often(user.access(), 1)),
            Some(5),
        ),
    ];
    for (write, then) in writes {
        for tells_own in [true, false] {
            let (engine, one, _) = two(SHARED);
            engine.tells_own.set(tells_own);
            set(&one, 3);
            one.hear_late();
            engine.write(RECORD, Some("4"));
            write(&one);
            let access = one.access();
            let watch = access.watch_key(KEY).expect("it is readable");
            one.hear();
            assert_eq!(get(&one), then);
            assert_eq!(seen(&watch), []);
            engine.write(RECORD, Some("6"));
            one.platform.run();
            assert_eq!(get(&one), Some(6), "what is newer counts");
        }
    }
}

#[test]
fn given_many_removals_of_our_own_then_what_is_told_late_of_them_brings_none_back() {
    let (engine, one, _) = two(SHARED);
    engine.tells_own.set(false);
    let key = |number: usize| format!("script.main.{number}");
    one.hear_late();
    let access = one.access();
    for number in 0..3000 {
        ready(access.set(&key(number), Value::Int(1), None));
    }
    one.platform
        .block(access.settle())
        .expect("they are stored");
    for number in 0..3000 {
        engine.write(&format!("main:script.main:{number}"), Some("2"));
    }
    for number in 0..3000 {
        drop(
            one.platform
                .block(access.delete(&key(number)).expect("it is allowed").answer()),
        );
    }
    one.platform
        .block(access.settle())
        .expect("they are removed");
    one.hear();
    assert_eq!(ready(access.list("")), Vec::<String>::new());
}

#[test]
fn given_a_clear_then_what_is_told_late_brings_nothing_back() {
    let (engine, one, _) = two(SHARED);
    engine.tells_own.set(false);
    one.hear_late();
    engine.write(RECORD, Some("4"));
    one.platform
        .block(one.store.clear())
        .expect("it is cleared");
    one.hear();
    assert_eq!(get(&one), None);
}

#[test]
fn given_an_own_write_under_way_then_it_takes_precedence_until_it_has_ended() {
    let (engine, one, _) = two(SHARED);
    engine.hold();
    let access = one.access();
    ready(access.set(KEY, Value::Int(1), None));
    one.platform.run();
    engine.write(RECORD, Some("2"));
    one.platform.run();
    assert_eq!(get(&one), Some(1));
    engine.let_go();
    one.platform.run();
    assert_eq!(get(&one), Some(2));
}

#[test]
fn given_a_write_heard_while_an_update_is_under_way_then_the_newest_stays() {
    for tells_own in [true, false] {
        let (engine, one, _) = two(SHARED);
        engine.tells_own.set(tells_own);
        let update = begin(&one);
        engine.hold();
        let stored = update.commit(Some(Value::Int(1))).expect("it is taken");
        one.platform.run();
        engine.write(RECORD, Some("2"));
        one.platform.run();
        engine.let_go();
        assert!(one.platform.block(stored).expect("it is stored").is_none());
        assert_eq!(get(&one), Some(2));
    }
}

#[test]
fn given_what_is_written_while_all_is_read_then_none_of_it_is_missed_and_nothing_goes_back() {
    let (engine, platform) = (Engine::new(), TestPlatform::new());
    for key in ["changed", "removed", "old"] {
        engine.write(&format!("main:script.main:{key}"), Some("1"));
    }
    let hearing = engine.join(&platform, SHARED);
    engine.hold();
    let opened = platform.start(Store::open(platform.shared(), hearing.backend()));
    platform.run();
    hearing.hear_late();
    engine.write("main:script.main:old", Some("2"));
    engine.write("main:script.main:old", Some("3"));
    engine.let_go();
    engine.hold();
    platform.run();
    // What is there now is on its way.
    hearing.hear_first();
    engine.write("main:script.main:changed", Some("2"));
    engine.write("main:script.main:removed", None);
    engine.write(RECORD, Some("2"));
    engine.let_go();
    platform.run();
    let store = opened.take().expect("it is open").expect("it opens");
    let user = User::of(&platform, store, hearing);
    let access = user.access();
    let old = || ready(access.get("script.main.old")).as_deref().cloned();
    assert_eq!(old(), Some(Value::Int(3)), "what is told late is older");
    user.hear();
    assert_eq!(old(), Some(Value::Int(3)));
    assert_eq!(
        ready(access.list("")),
        ["script.main.changed", "script.main.n", "script.main.old"]
    );
    assert_eq!(get(&user), Some(2));
    let changed = ready(access.get("script.main.changed"));
    assert_eq!(changed.as_deref(), Some(&Value::Int(2)));
}

#[test]
fn given_a_gap_then_all_is_read_again() {
    let (engine, one, _) = two(SHARED);
    set(&one, 1);
    engine.write_unheard("main:script.main:other", Some("2"));
    engine.write_unheard(RECORD, None);
    let access = one.access();
    let watch = access.watch_key(KEY).expect("it is readable");
    one.hear_all();
    assert_eq!(seen(&watch), [None]);
    assert_eq!(ready(access.list("")), ["script.main.other"]);
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

fn lease(value: &str, expires_at: f64) -> Record {
    Record {
        expires_at: Some(expires_at),
        ..record(RECORD, value)
    }
}

#[test]
fn given_a_lease_that_is_renewed_unheard_then_it_is_not_removed_as_expired() {
    let (engine, one, _) = two(SHARED);
    let now = one.platform.shared().now_ms();
    engine.write_record(lease("1", now + 10.0));
    one.platform.run();
    one.hear_late();
    engine.write_record(lease("2", now + 1e9));
    one.platform.advance(60_000.0);
    assert_eq!(engine.value(RECORD).as_deref(), Some("2"));
    assert_eq!(get(&one), Some(2));
}

#[test]
fn given_what_has_expired_then_it_is_removed_unless_the_engine_does_so() {
    for expires in [false, true] {
        let (platform, engine) = (TestPlatform::new(), Engine::new());
        let user = engine.user(&platform, HostMethods { expires, ..SHARED });
        let now = platform.shared().now_ms();
        engine.write_record(lease("1", now + 10.0));
        platform.run();
        platform.advance(60_000.0);
        assert_eq!(get(&user), None);
        assert_eq!(engine.value(RECORD).is_some(), expires);
        platform.block(user.store.close()).expect("it closes");
        assert_eq!(engine.value(RECORD).is_some(), expires);
    }
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

#[test]
fn given_own_writes_that_are_told_then_they_are_not_read_again() {
    let (engine, one, _) = two(SHARED);
    engine.calls.take();
    set(&one, 1);
    set(&one, 2);
    one.platform.block(add_often(one.access(), 3));
    remove(&one);
    let calls = engine.calls.take();
    let is_read = |op: &&BackendOp| matches!(op, BackendOp::GetMany { .. });
    assert_eq!(calls.iter().filter(is_read).count(), 0);
}
