//! What concerns all records: pages, exports, imports and clears.

use super::namespaces::{OWN, SHARED, register};
use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{ErrorKind, Record, Value};
use pubwiki_lua_runtime::state::{Access, Order, Query, QueryPage};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend};
use std::rc::Rc;

fn record(key: &str, value: &str) -> Record {
    Record {
        key: key.into(),
        value: value.into(),
        created_at: 1.0,
        updated_at: 2.0,
        expires_at: None,
        version: None,
    }
}

fn page(world: &World, access: &Access, query: Query) -> QueryPage {
    world.wait(access.entries(query)).expect("a page")
}

fn keys(page: &QueryPage) -> Vec<&str> {
    page.entries.iter().map(|(key, _)| key.as_str()).collect()
}

#[test]
fn given_entries_then_they_come_in_pages_by_key() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let world = World::new(mode);
        let access = world.access("main");
        register(&access, "a.b", OWN).expect("it is taken");
        for key in ["script.main.c", "a.b.x", "script.main.a", "script.main.b"] {
            ready(access.set(key, Value::Int(1), None));
        }
        let query = Query {
            limit: Some(2),
            ..Query::default()
        };
        let first = page(&world, &access, query.clone());
        assert_eq!(keys(&first), ["a.b.x", "script.main.a"]);
        assert_eq!(first.entries[0].1.key, "main:a.b:x");
        let second = page(
            &world,
            &access,
            Query {
                after: first.next,
                ..query
            },
        );
        assert_eq!(keys(&second), ["script.main.b", "script.main.c"]);
        assert_eq!(second.next, None);
        let some = page(
            &world,
            &access,
            Query {
                prefix: "script.main.b".into(),
                ..Query::default()
            },
        );
        assert_eq!(keys(&some), ["script.main.b"]);
    }
}

#[test]
fn given_entries_by_update_then_the_oldest_comes_first_and_pages_go_on_where_they_ended() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for (key, at) in [("b", 30.0), ("a", 10.0), ("c", 10.0), ("d", 20.0)] {
        world.platform.set_clock(2_000_000.0 + at);
        ready(access.set(&format!("script.main.{key}"), Value::Int(1), None));
    }
    let query = Query {
        order: Order::Updated,
        limit: Some(3),
        ..Query::default()
    };
    let first = page(&world, &access, query.clone());
    assert_eq!(
        keys(&first),
        ["script.main.a", "script.main.c", "script.main.d"]
    );
    ready(access.delete("script.main.d"));
    let second = page(
        &world,
        &access,
        Query {
            after: first.next,
            ..query.clone()
        },
    );
    assert_eq!(keys(&second), ["script.main.b"]);
    assert_eq!(second.next, None);
    let error = world.wait(access.entries(Query {
        after: Some("nonsense".into()),
        ..query
    }));
    assert_eq!(
        *error.expect_err("it is none").kind,
        ErrorKind::Value {
            path: "after".into()
        }
    );
}

#[test]
fn given_a_limit_of_none_or_zero_then_the_page_has_all_or_nothing() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), None));
    assert_eq!(
        keys(&page(&world, &access, Query::default())),
        ["script.main.a"]
    );
    let none = page(
        &world,
        &access,
        Query {
            limit: Some(0),
            ..Query::default()
        },
    );
    assert_eq!(none, QueryPage::default());
}

#[test]
fn given_records_of_all_scripts_then_the_page_gets_them_but_those_of_memory_and_the_expired() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let backend = TestBackend::new(mode);
        backend.plant("other:script.other:z", "1");
        backend.plant_record(Record {
            expires_at: Some(1.0),
            ..record("main:script.main:old", "1")
        });
        let world = World::on(backend);
        let access = world.access("main");
        register(&access, "a.b", SHARED).expect("it is taken");
        ready(access.set("a.b.x", Value::Int(2), None));
        ready(access.set("temp.x", Value::Int(2), None));
        let records = world
            .platform
            .block(world.store.records())
            .expect("they are read");
        let keys: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
        assert_eq!(keys, ["*:a.b:x", "other:script.other:z"]);
    }
}

#[test]
fn given_an_import_then_all_records_are_stored_as_they_are() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), None));
    let watch = access.watch("").expect("it hears of its own");
    let records = vec![
        record("main:script.main:a", "{\"x\":1.0}"),
        record("*:a.b:y", "2"),
    ];
    world
        .platform
        .block(world.store.import(records.clone(), Rc::default()))
        .expect("it is durable");
    assert_eq!(
        world.backend.records(),
        [records[1].clone(), records[0].clone()]
    );
    assert_eq!(
        watch.try_next().expect("a change").key,
        "script.main.a".into()
    );
    let object = Value::Object(vec![("x".into(), Value::Float(1.0))]);
    assert_eq!(world.get(&access, "script.main.a"), Some(object));
}

#[test]
fn given_an_import_with_two_records_of_one_key_then_the_last_counts() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let world = World::new(mode);
        let access = world.access("main");
        let key = "main:script.main:a";
        let watch = access.watch_key("script.main.a").expect("it is readable");
        let imported = world
            .store
            .import(vec![record(key, "1"), record(key, "2")], Rc::default());
        world.platform.block(imported).expect("it is durable");
        assert_eq!(world.stored(), [(key.into(), "2".into())]);
        assert_eq!(world.get(&access, "script.main.a"), int(2));
        let told = std::iter::from_fn(|| watch.try_next()).last();
        let told = told.and_then(|change| change.value);
        assert_eq!(told.as_deref(), Some(&Value::Int(2)));
    }
}

#[test]
fn given_an_import_with_a_bad_record_then_nothing_is_stored_and_it_is_named() {
    let world = World::new(CacheMode::Preloaded);
    let good = record("main:script.main:a", "1");
    for (bad, path) in [
        (record("nonsense", "1"), "records[1].key"),
        (record("no script:script.main:b", "1"), "records[1].key"),
        (
            record(&format!("main:script.main:{}", "x".repeat(4096)), "1"),
            "records[1].key",
        ),
        (record("main:script.main:b", "{"), "records[1].value"),
        (
            Record {
                updated_at: f64::NAN,
                ..record("main:script.main:b", "1")
            },
            "records[1].createdAt",
        ),
    ] {
        let outcome = world
            .platform
            .block(world.store.import(vec![good.clone(), bad], Rc::default()));
        assert_eq!(
            *outcome.expect_err("it is bad").kind,
            ErrorKind::Value { path: path.into() }
        );
    }
    assert_eq!(world.stored(), []);
    world.backend.fail(Fault::Write);
    assert!(
        world
            .platform
            .block(world.store.import(vec![good], Rc::default()))
            .is_err()
    );
    assert_eq!(world.get(&world.access("main"), "script.main.a"), None);
}

#[test]
fn given_a_clear_then_nothing_is_left_anywhere_and_watchers_learn_it() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let backend = TestBackend::new(mode);
        backend.plant("main:script.main:a", "1");
        backend.plant("other:script.other:a", "1");
        let world = World::on(backend);
        let access = world.access("main");
        assert_eq!(world.get(&access, "script.main.a"), int(1));
        ready(access.set("script.main.b", Value::Int(1), None));
        ready(access.set("temp.a", Value::Int(1), None));
        let watch = access.watch("").expect("it hears of its own");
        world
            .platform
            .block(world.store.clear())
            .expect("it clears");
        assert_eq!(world.settle(&access), Ok(()));
        assert_eq!(world.stored(), []);
        for key in ["script.main.a", "script.main.b", "temp.a"] {
            assert_eq!(world.get(&access, key), None, "{key}");
        }
        assert_eq!(std::iter::from_fn(|| watch.try_next()).count(), 3);
        world.set(&access, "script.main.b", 2);
        world.settle(&access).expect("it is durable");
        assert_eq!(world.stored(), [("main:script.main:b".into(), "2".into())]);
    }
}

#[test]
fn given_writes_before_during_and_after_a_clear_then_only_those_after_it_stay() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.backend.hold();
    world.set(&access, "script.main.in_flight", 1);
    ready(access.set("script.main.collected", Value::Int(1), None));
    let cleared = world.platform.start(world.store.clear());
    world.platform.run();
    ready(access.set("script.main.after", Value::Int(1), None));
    assert_eq!(world.list(&access, ""), ["script.main.after"]);
    world.backend.let_go();
    world.platform.run();
    assert_eq!(cleared.take(), Some(Ok(())));
    assert_eq!(world.settle(&access), Ok(()));
    assert_eq!(
        world.stored(),
        [("main:script.main:after".into(), "1".into())]
    );
}

#[test]
fn given_a_read_under_way_at_a_clear_then_its_answer_brings_nothing_back() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let access = world.access("main");
    world.backend.hold();
    let read = world
        .platform
        .start(access.list("script.main.").expect("it is allowed").answer());
    world.platform.run();
    let cleared = world.platform.start(world.store.clear());
    world.platform.run();
    world.backend.let_one_go(0);
    world.platform.run();
    assert_eq!(read.take(), Some(Ok(Vec::new())));
    world.backend.let_go();
    world.platform.run();
    assert_eq!(cleared.take(), Some(Ok(())));
}

#[test]
fn given_a_clear_that_fails_then_memory_is_as_the_backend_and_all_concerned_learn_it() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let backend = TestBackend::new(mode);
        backend.plant("main:script.main:a", "1");
        let world = World::on(backend);
        let access = world.access("main");
        assert_eq!(world.list(&access, ""), ["script.main.a"]);
        world.backend.fail(Fault::Write);
        ready(access.set("script.main.b", Value::Int(1), None));
        let outcome = world.platform.block(world.store.clear());
        assert!(matches!(
            *outcome.expect_err("it failed").kind,
            ErrorKind::Storage { .. }
        ));
        assert!(world.settle(&access).is_err(), "its write is lost");
        assert_eq!(world.get(&access, "script.main.a"), int(1), "{mode:?}");
        assert_eq!(world.get(&access, "script.main.b"), None);
        assert_eq!(world.list(&access, ""), ["script.main.a"]);
    }
}

#[test]
fn given_a_clock_that_is_set_back_then_nothing_was_updated_before_it_was_created() {
    let world = World::new(CacheMode::Preloaded);
    let main = world.access("main");
    world.platform.set_clock(2_000_000.0);
    world.set(&main, "script.main.k", 1);
    world.platform.set_clock(1_000_000.0);
    world.set(&main, "script.main.k", 2);
    let page = page(&world, &main, Query::default());
    let [(_, record)] = page.entries.as_slice() else {
        panic!("{} entries", page.entries.len());
    };
    assert_eq!((record.created_at, record.updated_at), (2e6, 2e6));
}
