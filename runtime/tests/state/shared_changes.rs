//! What users hear of each other.

use super::engine::{Engine, SHARED, User};
use super::support::ready;
use super::users::{KEY, RECORD, add_often, begin, get, lease, remove, seen, set, two};
use pubwiki_lua_runtime::protocol::{BackendOp, HostMethods, Value};
use pubwiki_lua_runtime::state::Store;
use pubwiki_lua_runtime::testing::TestPlatform;

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
fn given_changes_that_cannot_be_read_then_all_is_read_a_while_later() {
    let (engine, one, _) = two(SHARED);
    set(&one, 1);
    engine.unread.set(2);
    engine.write_unheard(RECORD, Some("2"));
    one.hear_all();
    assert_eq!(get(&one), Some(1), "it is not read yet");
    one.platform.advance(1_500.0);
    assert_eq!(get(&one), Some(1), "nor the second time");
    one.platform.advance(1_500.0);
    assert_eq!(get(&one), Some(2));
    let reads = engine.calls.borrow().len();
    one.platform.advance(60_000.0);
    assert_eq!(engine.calls.borrow().len(), reads, "it is read once");
}

#[test]
fn given_a_key_that_is_removed_again_and_again_then_the_others_are_remembered() {
    let (engine, one, _) = two(SHARED);
    engine.tells_own.set(false);
    set(&one, 1);
    one.hear_late();
    engine.write(RECORD, Some("2"));
    remove(&one);
    let access = one.access();
    for _ in 0..3_000 {
        let removed = access.delete("script.main.other").expect("it is allowed");
        one.platform.block(removed.answer()).expect("it is removed");
    }
    engine.calls.take();
    engine.write("main:script.main:new", Some("1"));
    one.hear();
    assert_eq!(get(&one), None);
    let keys = vec![RECORD.to_owned()];
    assert_eq!(*engine.calls.borrow(), [BackendOp::GetMany { keys }]);
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
