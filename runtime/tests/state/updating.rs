//! Updates, which nobody else interferes with.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{ErrorKind, Value};
use pubwiki_lua_runtime::state::{Access, Store};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend, TestPlatform};
use std::rc::Rc;

/// Adds one to `key`, `times` times, as `State.update(key, function(n) return (n or 0) + 1 end)`.
async fn increment(access: Access, key: &str, times: u32) {
    for _ in 0..times {
        let update = access
            .update(key)
            .expect("it is allowed")
            .await
            .expect("it is read");
        let next = match update.value().expect("it is readable").as_deref() {
            Some(Value::Int(value)) => value + 1,
            _ => 1,
        };
        update
            .commit(Some(Value::Int(next)))
            .expect("it is taken")
            .await
            .expect("it is durable");
    }
}

#[test]
fn given_two_tabs_that_increment_then_no_increment_is_lost() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let (platform, backend) = (TestPlatform::new(), TestBackend::new(mode));
        let tabs = [(); 2].map(|()| {
            platform
                .block(Store::open(platform.shared(), backend.clone()))
                .expect("it opens")
        });
        let ended = tabs.each_ref().map(|tab| {
            let script = pubwiki_lua_runtime::state::ScriptId::parse("main").expect("a script id");
            platform.start(increment(tab.access(script), "script.main.n", 1_000))
        });
        platform.run();
        assert!(ended.iter().all(|ended| ended.take().is_some()));
        assert_eq!(backend.records()[0].value, "2000", "{mode:?}");
    }
}

#[test]
fn given_two_runs_in_one_tab_and_plain_sets_between_then_updates_see_the_latest() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("main"), world.access("main"));
    ready(one.set("script.main.n", Value::Int(10), None));
    let update = world
        .platform
        .block(two.update("script.main.n").expect("it is allowed"))
        .expect("it is read");
    assert_eq!(
        update.value().expect("it is readable").as_deref(),
        Some(&Value::Int(10)),
        "unflushed writes count"
    );
    ready(one.set("script.main.n", Value::Int(20), None));
    assert_eq!(
        update.value().expect("it is readable").as_deref(),
        Some(&Value::Int(20))
    );
    world
        .platform
        .block(update.commit(Some(Value::Int(21))).expect("it is taken"))
        .expect("it is durable");
    assert_eq!(world.get(&one, "script.main.n"), int(21));
    assert_eq!(world.stored(), [("main:script.main:n".into(), "21".into())]);
}

#[test]
fn given_another_tab_wrote_then_an_update_reads_it_afresh() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.plant("main:script.main:n", "5");
    assert_eq!(
        world.get(&access, "script.main.n"),
        None,
        "memory has not heard of it"
    );
    let update = world
        .platform
        .block(access.update("script.main.n").expect("it is allowed"))
        .expect("it is read");
    assert_eq!(
        update.value().expect("it is readable").as_deref(),
        Some(&Value::Int(5))
    );
}

#[test]
fn given_an_update_that_is_dropped_then_nothing_changes_and_the_next_goes_on() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.n", Value::Int(1), None));
    drop(
        world
            .platform
            .block(access.update("script.main.n").expect("it is allowed"))
            .expect("it is read"),
    );
    assert_eq!(world.get(&access, "script.main.n"), int(1));
    world.platform.block(increment(access, "script.main.n", 1));
    assert_eq!(world.stored(), [("main:script.main:n".into(), "2".into())]);
}

#[test]
fn given_an_update_to_none_then_the_key_is_removed() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.n", Value::Int(1), None));
    for _ in 0..2 {
        let update = world
            .platform
            .block(access.update("script.main.n").expect("it is allowed"))
            .expect("it is read");
        world
            .platform
            .block(update.commit(None).expect("it is taken"))
            .expect("it is durable");
    }
    assert_eq!(world.stored(), []);
}

#[test]
fn given_an_update_whose_write_fails_then_it_says_so_and_the_lock_is_free() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.fail(Fault::Write);
    let update = world
        .platform
        .block(access.update("script.main.n").expect("it is allowed"))
        .expect("it is read");
    let outcome = world
        .platform
        .block(update.commit(Some(Value::Int(1))).expect("it is taken"));
    let ErrorKind::Storage { keys, .. } = *outcome.map(drop).expect_err("it failed").kind else {
        panic!("it is not a StorageError")
    };
    assert_eq!(keys, ["main:script.main:n"]);
    assert!(world.settle(&access).is_err(), "the run has a failed write");
    world
        .platform
        .block(increment(world.access("main"), "script.main.n", 1));
    assert_eq!(world.stored(), [("main:script.main:n".into(), "1".into())]);
}

#[test]
fn given_an_earlier_failure_then_a_later_update_is_judged_by_its_own_write() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.fail(Fault::Write);
    ready(access.set("script.main.a", Value::Int(1), None));
    assert!(world.settle(&access).is_err());
    let update = world
        .platform
        .block(access.update("script.main.n").expect("it is allowed"))
        .expect("it is read");
    assert_eq!(
        world
            .platform
            .block(update.commit(Some(Value::Int(1))).expect("it is taken"))
            .map(drop),
        Ok(())
    );
}

#[test]
fn given_a_value_that_is_not_json_then_the_update_is_refused_and_the_lock_is_free() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let update = world
        .platform
        .block(access.update("script.main.n").expect("it is allowed"))
        .expect("it is read");
    let error = update
        .commit(Some(Value::Float(f64::NAN)))
        .err()
        .expect("it is refused");
    assert!(matches!(*error.kind, ErrorKind::Value { .. }));
    world.platform.block(increment(access, "script.main.n", 1));
}

#[test]
fn given_temp_then_an_update_needs_neither_lock_nor_backend() {
    let world = World::new(CacheMode::ReadThrough);
    let access = Rc::new(world.access("main"));
    world.backend.hold();
    world
        .platform
        .block(increment(world.access("main"), "temp.n", 3));
    assert_eq!(world.get(&access, "temp.n"), int(3));
}

#[test]
fn given_keys_of_others_then_an_update_is_refused() {
    let world = World::new(CacheMode::Preloaded);
    let error = world
        .access("main")
        .update("script.other.n")
        .err()
        .expect("it is refused");
    assert_eq!(*error.kind, ErrorKind::Permission);
}
