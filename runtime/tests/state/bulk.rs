//! A great many records at once: others have turns meanwhile, and whoever is told that it is done is told
//! the truth.

use super::namespaces::{OWN, register};
use super::support::{World, int, ready};
use pubwiki_lua_runtime::pace::Pace;
use pubwiki_lua_runtime::platform::Platform as _;
use pubwiki_lua_runtime::protocol::{ErrorKind, NamespaceConfig, Value};
use pubwiki_lua_runtime::state::{Access, MaybePending, Patience};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend, record, records};
use std::cell::Cell;
use std::rc::Rc;

const MANY: usize = 20_000;
/// How many turns others have at least while so many records are worked on.
const TURNS: usize = MANY / 512;

fn key(number: usize) -> String {
    format!("script.main.{number:06}")
}

/// Does `work`, and gives how many turns others had meanwhile.
fn turns<T: 'static>(world: &World, work: impl Future<Output = T> + 'static) -> (T, usize) {
    let (turns, over) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let (counted, ended, platform) = (turns.clone(), over.clone(), world.platform.clone());
    drop(world.platform.start(async move {
        while !ended.get() {
            platform.next_task().await;
            counted.set(counted.get() + 1);
        }
    }));
    let done = world.platform.block(async move {
        let done = work.await;
        over.set(true);
        done
    });
    (done, turns.get())
}

fn backend_with_many(mode: CacheMode) -> Rc<TestBackend> {
    let backend = TestBackend::new(mode);
    records(MANY)
        .into_iter()
        .for_each(|record| backend.plant_record(record));
    backend
}

fn filled(mode: CacheMode) -> World {
    World::on(backend_with_many(mode))
}

fn set_all(access: &Access, ttl_ms: Option<f64>) {
    for number in 0..MANY {
        ready(access.set(&key(number), Value::Int(1), ttl_ms));
    }
}

#[test]
fn given_many_writes_then_others_have_turns_while_they_become_durable() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    set_all(&access, None);
    let (settled, turned) = turns(&world, access.settle());
    assert_eq!(settled, Ok(()));
    assert!(turned >= TURNS, "{turned} turns");
    assert_eq!(world.backend.batches.borrow().len(), 1);
}

#[test]
fn given_a_batch_that_is_being_made_then_what_is_written_meanwhile_is_of_the_next() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    set_all(&access, None);
    let platform = world.platform.clone();
    let (first, last) = (world.access("main"), world.access("main"));
    let meanwhile = world.platform.start(async move {
        // In the middle of it: a key that is done, one that is not, and a new one.
        for _ in 0..TURNS / 2 {
            platform.next_task().await;
        }
        for number in [0, MANY - 1, MANY] {
            ready(first.set(&key(number), Value::Int(2), None));
        }
        first.settle().await
    });
    world.settle(&access).expect("it is durable");
    world.platform.run();
    assert_eq!(meanwhile.take(), Some(Ok(())));
    let batches = world.backend.batches.borrow();
    let [one, two] = batches.as_slice() else {
        panic!("{} batches", batches.len());
    };
    assert_eq!(one.puts.len(), MANY);
    assert!(one.puts.iter().all(|record| record.value == "1"));
    let keys: Vec<&str> = two.puts.iter().map(|record| record.key.as_str()).collect();
    let expected = [0, MANY - 1, MANY].map(|number| record(number).key);
    assert_eq!(keys, expected);
    assert_eq!(world.get(&last, &key(0)), int(2));
}

#[test]
fn given_many_writes_that_fail_then_others_have_turns_and_memory_is_as_the_backend() {
    let world = filled(CacheMode::Preloaded);
    let access = world.access("main");
    set_all(&access, None);
    world.backend.fail(Fault::Write);
    let (settled, turned) = turns(&world, access.settle());
    let error = settled.expect_err("it failed");
    assert!(error.message.contains("and more than 4093 more"), "{error}");
    assert!(turned >= 3 * TURNS, "{turned} turns");
    for number in [0, 1, MANY - 1] {
        assert_eq!(world.get(&access, &key(number)), int(number as i64));
    }
    let reads = world.backend.reads.borrow();
    assert!(reads.iter().all(|keys| keys.len() <= 1000));
}

#[test]
fn given_many_records_in_the_backend_then_others_have_turns_while_the_store_opens() {
    let world = filled(CacheMode::Preloaded);
    let opening =
        pubwiki_lua_runtime::state::Store::open(world.platform.shared(), world.backend.clone());
    let (opened, turned) = turns(&world, opening);
    assert!(opened.is_ok());
    assert!(turned >= TURNS, "{turned} turns");
}

#[test]
fn given_an_import_of_many_then_it_is_one_batch_that_nobody_sees_before_it_is_durable() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, &key(1), -1);
    world.settle(&access).expect("it is durable");
    let watch = access.watch(&key(1)).expect("it is readable");
    world.backend.hold();
    let imported = world
        .platform
        .start(world.store.import(records(MANY), Rc::default()));
    world.platform.run();
    assert_eq!(world.get(&access, &key(0)), None);
    assert_eq!(world.get(&access, &key(1)), int(-1));
    assert_eq!(world.backend.waiting(), 1, "it is on its way");
    world.backend.let_go();
    let ((), turned) = turns(&world, world.store.flush());
    assert!(turned >= TURNS, "{turned} turns");
    assert_eq!(imported.take(), Some(Ok(())));
    assert_eq!(world.get(&access, &key(0)), int(0));
    assert_eq!(world.get(&access, &key(1)), int(1));
    let told = watch.try_next().expect("a change");
    assert_eq!(told.value.as_deref(), Some(&Value::Int(1)));
    assert!(world.backend.records() == records(MANY));
    assert_eq!(world.backend.batches.borrow().len(), 2);
}

#[test]
fn given_writes_before_during_and_after_an_import_then_each_counts_in_its_turn() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    ready(access.set(&key(1), Value::Int(-1), None));
    let imported = world
        .platform
        .start(world.store.import(records(MANY), Rc::default()));
    world.platform.run();
    ready(access.set(&key(2), Value::Int(-2), None));
    world.backend.let_go();
    world.platform.run();
    assert_eq!(imported.take(), Some(Ok(())));
    assert_eq!(world.settle(&access), Ok(()));
    assert_eq!(world.get(&access, &key(1)), int(1), "the import was later");
    assert_eq!(world.get(&access, &key(2)), int(-2), "the set was later");
    let stored = world.stored();
    assert_eq!(stored[1].1, "1");
    assert_eq!(stored[2].1, "-2");
}

#[test]
fn given_an_import_that_fails_then_nothing_of_it_was_ever_there() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let world = World::new(mode);
        let access = world.access("main");
        world.set(&access, &key(1), -1);
        world.settle(&access).expect("it is durable");
        world.backend.fail(Fault::Write);
        let outcome = world
            .platform
            .block(world.store.import(records(MANY), Rc::default()));
        let error = outcome.expect_err("it failed");
        let ErrorKind::Storage { keys, cause, .. } = &*error.kind else {
            panic!("{error}");
        };
        assert_eq!(keys.len(), 100);
        assert!(cause.is_some());
        assert_eq!(world.get(&access, &key(0)), None);
        assert_eq!(world.get(&access, &key(1)), int(-1));
        assert_eq!(world.backend.records().len(), 1);
    }
}

#[test]
fn given_a_clear_after_an_import_then_nothing_of_it_is_left() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    let imported = world
        .platform
        .start(world.store.import(records(MANY), Rc::default()));
    world.platform.run();
    let cleared = world.platform.start(world.store.clear());
    world.platform.run();
    world.backend.let_go();
    world.platform.run();
    assert_eq!(imported.take(), Some(Ok(())));
    assert_eq!(cleared.take(), Some(Ok(())));
    assert_eq!(world.list(&access, ""), [] as [String; 0]);
    assert_eq!(world.stored(), []);
}

#[test]
fn given_a_clear_of_many_then_all_are_gone_at_once_and_watchers_learn_it() {
    let world = filled(CacheMode::Preloaded);
    let access = world.access("main");
    let watch = access.watch("script.main.").expect("it is readable");
    world.backend.hold();
    let cleared = world.platform.start(world.store.clear());
    let platform = world.platform.clone();
    let (seen, other) = (Rc::new(Cell::new(None)), world.access("main"));
    let found = seen.clone();
    drop(world.platform.start(async move {
        platform.next_task().await;
        found.set(Some(ready(other.list_with("", Patience::Hurries)).len()));
    }));
    world.platform.run();
    assert_eq!(seen.get(), Some(0), "one turn later nothing is left");
    ready(access.set(&key(1), Value::Int(2), None));
    world.backend.let_go();
    world.platform.run();
    assert_eq!(cleared.take(), Some(Ok(())));
    let told: Vec<_> = std::iter::from_fn(|| watch.try_next()).collect();
    assert!(told.iter().any(|change| change.value.is_none()));
    assert_eq!(world.get(&access, &key(1)), int(2));
    world.settle(&access).expect("it is durable");
    assert_eq!(world.stored(), [(record(1).key, "2".into())]);
}

#[test]
fn given_an_export_then_it_has_what_there_was_at_its_beginning() {
    for clears in [false, true] {
        let world = filled(CacheMode::Preloaded);
        let access = world.access("main");
        let export = world
            .platform
            .block(world.store.export())
            .expect("it begins");
        assert_eq!(export.total(), MANY);
        let pace = Pace::new(world.platform.shared());
        let (store, platform) = (world.store.clone(), world.platform.clone());
        let (all, turned) = turns(&world, async move {
            let mut all = export.next(&pace).await.expect("some");
            ready(access.delete(&key(0)));
            ready(access.delete(&key(MANY - 2)));
            ready(access.set(&key(MANY - 1), Value::Int(-1), None));
            ready(access.set(&key(MANY), Value::Int(-1), None));
            ready(access.set("script.main.000000x", Value::Int(-1), None));
            if clears {
                drop(platform.start(store.clear()));
                platform.next_task().await;
                ready(access.set(&key(5000), Value::Int(-1), None));
            }
            loop {
                let part = export.next(&pace).await.expect("some");
                if part.is_empty() {
                    return all;
                }
                assert!(part.len() <= 1000);
                all.extend(part);
            }
        });
        assert!(all == records(MANY));
        assert!(turned >= TURNS, "{turned} turns");
    }
}

#[test]
fn given_many_keys_then_a_listing_waits_for_turns_of_others_unless_it_is_in_a_hurry() {
    let backend = backend_with_many(CacheMode::Preloaded);
    // The first is hidden by a longer namespace, which has the second.
    backend.plant("main:script.main:0.x", "1");
    backend.plant("main:script.main.0:y", "1");
    let world = World::on(backend);
    let access = world.access("main");
    register(&access, "script.main.0", OWN).expect("it is taken");
    let mut expected = vec!["script.main.0.y".to_owned()];
    expected.extend((0..MANY).map(key));
    let hurried = ready(access.list_with("script.main.", Patience::Hurries));
    assert!(hurried == expected);
    let Ok(MaybePending::Pending(listing)) = access.list("script.main.") else {
        panic!("it is ready");
    };
    let (listed, turned) = turns(&world, listing);
    assert!(listed == Ok(expected));
    assert!(turned >= TURNS, "{turned} turns");
    assert_eq!(ready(access.list("script.main.0001")).len(), 100);
}

#[test]
fn given_many_expired_records_then_a_full_namespace_has_room_once_they_are_removed() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let one = key(0).replace("script.main", "a.b").len() + 1;
    let config = NamespaceConfig {
        quota: Some((one * MANY) as f64),
        ..OWN
    };
    register(&access, "a.b", config).expect("it is taken");
    let own = |number| key(number).replace("script.main", "a.b");
    for number in 0..MANY {
        ready(access.set(&own(number), Value::Int(1), Some(10.0)));
    }
    let over = |outcome| matches!(outcome, Err(error) if *error_kind(&error) == ErrorKind::Quota);
    assert!(over(world.wait(access.set(
        &own(MANY),
        Value::Int(1),
        None
    ))));
    world.platform.advance(10.0);
    let Ok(MaybePending::Pending(stored)) = access.set(&own(MANY), Value::Int(1), None) else {
        panic!("it looks through all of them at once");
    };
    let (stored, turned) = turns(&world, stored);
    assert_eq!(stored, Ok(()));
    assert!(turned >= TURNS, "{turned} turns");
    assert_eq!(world.list(&access, "a.b."), [own(MANY)]);
}

fn error_kind(error: &pubwiki_lua_runtime::protocol::Error) -> &ErrorKind {
    &error.kind
}

#[test]
fn given_many_records_that_a_run_has_read_then_they_are_let_go_in_turns_and_what_is_read_anew_stays()
 {
    let world = filled(CacheMode::ReadThrough);
    let access = world.access("main");
    assert_eq!(world.list(&access, "").len(), MANY);
    drop(access);
    let again = world.access("main");
    // Before those at the end were released.
    assert_eq!(world.get(&again, &key(MANY - 1)), int((MANY - 1) as i64));
    world.platform.run();
    assert_eq!(
        ready(again.get(&key(MANY - 1))),
        int((MANY - 1) as i64).map(Rc::new)
    );
    let reads = world.backend.reads.borrow().len();
    assert_eq!(world.get(&again, &key(MANY - 2)), int((MANY - 2) as i64));
    assert_eq!(
        world.backend.reads.borrow().len(),
        reads + 1,
        "it is asked for"
    );
}

#[test]
fn given_a_great_many_records_then_no_listing_hurries_through_them() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    (0..=100_000).for_each(|number| backend.plant_record(record(number)));
    let world = World::on(backend);
    let listed = world.access("main").list_with("", Patience::Hurries);
    assert!(matches!(listed, Ok(MaybePending::Pending(_))));
}
