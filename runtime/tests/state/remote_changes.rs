//! What other tabs write.

use super::support::{World, ready};
use pubwiki_lua_runtime::protocol::Value;
use pubwiki_lua_runtime::state::Watch;
use pubwiki_lua_runtime::storage::{CacheMode, Changes};
use pubwiki_lua_runtime::testing::Fault;

const KEY: &str = "script.main.a";
const RECORD: &str = "main:script.main:a";

fn seen(watch: &Watch) -> Vec<Option<Value>> {
    let each = std::iter::from_fn(|| watch.try_next());
    each.map(|change| change.value.map(|value| (*value).clone()))
        .collect()
}

fn keys() -> Changes {
    Changes::Keys(vec![RECORD.into()])
}

/// Lets the calls that wait go, the last of them first.
fn let_go_from_the_last(world: &World) {
    for index in (0..world.backend.waiting()).rev() {
        world.backend.let_one_go(index);
        world.platform.run();
    }
    world.backend.let_go();
    world.platform.run();
}

#[test]
fn given_another_tab_s_write_then_it_is_read_and_its_watchers_hear_of_it() {
    for changes in [keys(), Changes::All] {
        let world = World::new(CacheMode::Preloaded);
        let access = world.access("main");
        let watch = access.watch_key(KEY).expect("it is readable");
        world.backend.plant(RECORD, "1");
        world.backend.others.tell(changes.clone());
        world.platform.run();
        assert_eq!(seen(&watch), [Some(Value::Int(1))]);
        assert_eq!(world.get(&access, KEY), Some(Value::Int(1)));

        world.backend.uproot(RECORD);
        world.backend.others.tell(changes.clone());
        world.platform.run();
        assert_eq!(seen(&watch), [None]);
        assert_eq!(world.get(&access, KEY), None);
    }
}

#[test]
fn given_a_change_that_is_none_then_nobody_hears_of_it() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, KEY, 1);
    world.platform.run();
    let watch = access.watch_key(KEY).expect("it is readable");
    world.backend.others.tell(keys());
    world.backend.others.tell(Changes::All);
    world.platform.run();
    assert_eq!(seen(&watch), []);
}

#[test]
fn given_a_write_of_our_own_under_way_then_it_counts() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.plant(RECORD, "1");
    world.backend.others.tell(keys());
    world.set(&access, KEY, 2);
    world.platform.run();
    assert_eq!(world.get(&access, KEY), Some(Value::Int(2)));
    assert_eq!(world.backend.records()[0].value, "2");
}

#[test]
fn given_a_read_that_fails_then_memory_stays_and_the_next_change_is_heard() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, KEY, 1);
    world.platform.run();
    world.backend.plant(RECORD, "2");
    world.backend.fail(Fault::Read);
    world.backend.others.tell(keys());
    world.platform.run();
    assert_eq!(world.get(&access, KEY), Some(Value::Int(1)));
    world.backend.others.tell(keys());
    world.platform.run();
    assert_eq!(world.get(&access, KEY), Some(Value::Int(2)));
}

/// A write is acknowledged a while after it was done: what another tab writes in between, and tells of, is
/// newer, though memory does not take in what it reads of a key that is being written here.
#[test]
fn given_another_tab_s_write_after_ours_and_before_its_acknowledgement_then_it_counts() {
    for changes in [keys(), Changes::All] {
        for is_deleted in [false, true] {
            let world = World::new(CacheMode::Preloaded);
            let access = world.access("main");
            world.set(&access, KEY, 1);
            world.platform.run();
            let watch = access.watch_key(KEY).expect("it is readable");
            world.backend.hold_answers();
            if is_deleted {
                world.delete(&access, KEY);
            } else {
                world.set(&access, KEY, 2);
            }
            world.platform.run();
            world.backend.plant(RECORD, "3");
            world.backend.others.tell(changes.clone());
            world.platform.run();
            let_go_from_the_last(&world);
            assert_eq!(world.get(&access, KEY), Some(Value::Int(3)));
            assert_eq!(world.backend.records()[0].value, "3");
            assert_eq!(seen(&watch).last(), Some(&Some(Value::Int(3))));
        }
    }
}

#[test]
fn given_another_tab_s_write_after_our_clear_and_before_its_acknowledgement_then_it_counts() {
    for changes in [keys(), Changes::All] {
        let world = World::new(CacheMode::Preloaded);
        let access = world.access("main");
        world.set(&access, KEY, 1);
        world.platform.run();
        world.backend.hold_answers();
        let clear = world.store.clear();
        world.platform.shared().spawn(Box::pin(async move {
            clear.await.expect("it is cleared");
        }));
        world.platform.run();
        assert_eq!(world.backend.records(), []);
        world.backend.plant(RECORD, "3");
        world.backend.others.tell(changes.clone());
        world.platform.run();
        let_go_from_the_last(&world);
        assert_eq!(world.get(&access, KEY), Some(Value::Int(3)));
    }
}

#[test]
fn given_an_expired_record_that_another_tab_has_renewed_unheard_then_the_sweep_leaves_it() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set(KEY, Value::Int(1), Some(100.0)));
    world.settle(&access).expect("it is durable");
    let watch = access.watch_key(KEY).expect("it is readable");
    world.platform.advance(200.0);
    world.backend.plant(RECORD, "2");
    world.platform.advance(60_000.0);

    assert_eq!(world.stored(), [(RECORD.into(), "2".into())]);
    assert_eq!(world.get(&access, KEY), Some(Value::Int(2)));
    assert_eq!(seen(&watch), [None, Some(Value::Int(2))]);
}

#[test]
fn given_an_expired_record_that_a_script_removes_then_what_another_tab_has_written_goes_too() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set(KEY, Value::Int(1), Some(100.0)));
    world.settle(&access).expect("it is durable");
    world.platform.advance(200.0);
    world.backend.plant(RECORD, "2");
    world.delete(&access, KEY);
    world.settle(&access).expect("it is durable");

    assert_eq!(world.stored(), []);
}

#[test]
fn given_writes_that_are_told_one_by_one_then_they_are_read_together() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let names = |many: usize| (0..many).map(|number| format!("main:script.main:{number:04}"));
    for (many, reads, scans) in [(900, 1, 0), (1_100, 0, 1)] {
        world.backend.reads.take();
        world.backend.scans.take();
        for name in names(many) {
            world.backend.plant(&name, &many.to_string());
            world.backend.others.tell(Changes::Keys(vec![name]));
        }
        world.platform.run();
        assert_eq!(world.backend.reads.borrow().len(), reads, "{many}");
        assert_eq!(world.backend.scans.borrow().len(), scans, "{many}");
        let last = format!("script.main.{:04}", many - 1);
        let many = i64::try_from(many).expect("it is small");
        assert_eq!(world.get(&access, &last), Some(Value::Int(many)));
    }
}

/// What is read of much is taken in part after part, and a write that was asked for later may be done before.
#[test]
fn given_a_write_that_is_done_before_an_older_reading_then_the_write_counts() {
    for changes in [keys(), Changes::All] {
        for is_deleted in [false, true] {
            let world = World::new(CacheMode::Preloaded);
            let access = world.access("main");
            world.set(&access, KEY, 1);
            world.platform.run();
            world.backend.hold_answers();
            world.backend.others.tell(changes.clone());
            // Heard before it is sent.
            if is_deleted {
                world.delete(&access, KEY);
            } else {
                world.set(&access, KEY, 2);
            }
            world.platform.run();
            assert_eq!(world.backend.waiting(), 2, "the reading and the write");
            let_go_from_the_last(&world);
            let expected = (!is_deleted).then_some(Value::Int(2));
            assert_eq!(world.get(&access, KEY), expected);
        }
    }
}
