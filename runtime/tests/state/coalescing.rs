//! What is written in one go becomes one batch, with the last value of each key.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::Value;
use pubwiki_lua_runtime::storage::CacheMode;

#[test]
fn given_ten_thousand_sets_in_one_go_then_they_are_one_batch() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for number in 0..10_000 {
        ready(access.set(&format!("script.main.{number}"), Value::Int(number), None));
    }
    world.settle(&access).expect("it is durable");
    let batches = world.backend.batches.borrow();
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].puts.len(), 10_000);
    assert_eq!(world.backend.records().len(), 10_000);
}

#[test]
fn given_a_key_set_ten_thousand_times_then_its_last_value_is_written_once() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for number in 0..10_000 {
        ready(access.set("script.main.n", Value::Int(number), None));
    }
    world.settle(&access).expect("it is durable");
    assert_eq!(world.backend.batches.borrow().len(), 1);
    assert_eq!(
        world.stored(),
        [("main:script.main:n".into(), "9999".into())]
    );
}

#[test]
fn given_a_batch_under_way_when_more_is_set_then_it_is_collected_for_the_next() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    world.set(&access, "script.main.a", 1);
    for number in 0..1000 {
        world.set(&access, "script.main.a", number);
        world.set(&access, "script.main.b", number);
    }
    assert_eq!(world.backend.batches.borrow().len(), 1, "one is in flight");
    world.backend.let_go();
    world.settle(&access).expect("it is durable");
    assert_eq!(world.backend.batches.borrow().len(), 2);
    assert_eq!(
        world.stored(),
        [
            ("main:script.main:a".into(), "999".into()),
            ("main:script.main:b".into(), "999".into())
        ]
    );
}

#[test]
fn given_a_set_when_it_is_not_durable_yet_then_settle_waits() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    world.set(&access, "script.main.a", 1);
    let settled = world.platform.start(access.settle());
    world.platform.run();
    assert!(settled.take().is_none());
    world.backend.let_go();
    world.platform.run();
    assert_eq!(settled.take(), Some(Ok(())));
}

#[test]
fn given_writes_that_never_cease_then_a_flush_waits_for_those_before_it_alone() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    world.set(&access, "script.main.a", 1);
    ready(access.set("script.main.b", Value::Int(1), None));
    let flushed = world.platform.start(world.store.flush());
    world.platform.run();
    world.backend.let_one_go(0);
    world.platform.run();
    ready(access.set("script.main.a", Value::Int(2), None));
    assert_eq!(flushed.take(), None, "b is in progress");
    world.backend.let_one_go(0);
    world.platform.run();
    assert_eq!(flushed.take(), Some(()), "the new a is in progress");
    world.backend.let_go();
    world.settle(&access).expect("it is durable");
}

#[test]
fn given_another_scripts_writes_then_settle_does_not_wait_for_them() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    world.backend.hold();
    world.set(&one, "script.one.a", 1);
    assert_eq!(world.settle(&two), Ok(()));
    assert_eq!(world.get(&one, "script.one.a"), int(1));
    world.backend.let_go();
    assert_eq!(world.settle(&one), Ok(()));
}

#[test]
fn given_a_key_set_and_deleted_before_the_batch_then_it_is_deleted() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, "script.main.a", 1);
    assert!(world.delete(&access, "script.main.a"));
    world.settle(&access).expect("it is durable");
    assert_eq!(world.stored(), []);
    assert_eq!(world.get(&access, "script.main.a"), None);
}

#[test]
fn given_open_writes_when_the_store_closes_then_they_are_durable() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, "script.main.a", 1);
    world
        .platform
        .block(world.store.close())
        .expect("it closes");
    assert_eq!(world.stored(), [("main:script.main:a".into(), "1".into())]);
}

/// More than a batch has.
const MANY: i64 = 40_000;

#[test]
fn given_more_writes_than_a_batch_has_then_they_go_in_several_and_the_last_value_of_each_key_stays()
{
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    for round in 0..2 {
        for number in 0..MANY {
            let value = Value::Int(number + round);
            ready(access.set(&format!("script.main.{number}"), value, None));
        }
    }
    world.platform.run();
    world.backend.let_go();
    world.settle(&access).expect("it is durable");
    let batches = world.backend.batches.borrow();
    assert!(batches.len() > 2, "{} batches", batches.len());
    assert!(batches.iter().all(|batch| batch.puts.len() <= 32_768));
    let stored = world.backend.records();
    assert_eq!(stored.len(), 40_000);
    let last = stored.iter().find(|record| record.key.ends_with(":39999"));
    assert_eq!(last.map(|record| record.value.as_str()), Some("40000"));
}

#[test]
fn given_a_clear_behind_batches_that_wait_then_they_are_not_written() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for number in 0..MANY {
        ready(access.set(&format!("script.main.{number}"), Value::Int(number), None));
    }
    let cleared = world.platform.start(world.store.clear());
    world.settle(&access).expect("the clear is durable");
    assert!(cleared.take().is_some_and(|outcome| outcome.is_ok()));
    assert!(world.backend.batches.borrow().is_empty());
    assert!(world.backend.records().is_empty());
}
