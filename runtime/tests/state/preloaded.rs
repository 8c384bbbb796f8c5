//! A backend that State alone writes to: it is loaded once.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{ErrorKind, Record, Value};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::TestBackend;

#[test]
fn given_stored_records_when_the_store_opens_then_reads_need_no_backend() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "{\"x\":[1,2.5,null]}");
    let world = World::on(backend);
    let access = world.access("main");
    let found = ready(access.get("script.main.a")).expect("a value");
    let items = Value::Array(vec![Value::Int(1), Value::Float(2.5), Value::Nil]);
    assert_eq!(*found, Value::Object(vec![("x".into(), items)]));
    assert_eq!(ready(access.get("script.main.missing")), None);
    assert_eq!(*world.backend.scans.borrow(), [""]);
    assert!(world.backend.reads.borrow().is_empty());
}

#[test]
fn given_a_write_then_every_access_sees_it_at_once() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("main"), world.access("main"));
    assert_eq!(ready(two.get("script.main.a")), None);
    ready(one.set("script.main.a", Value::Int(1), None));
    assert_eq!(
        ready(two.get("script.main.a")).as_deref(),
        Some(&Value::Int(1))
    );
    assert!(ready(two.delete("script.main.a")));
    assert!(!ready(one.delete("script.main.a")));
    assert_eq!(ready(one.get("script.main.a")), None);
}

#[test]
fn given_a_deleted_key_that_is_set_again_after_the_batch_then_both_accesses_see_the_new_value() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("main"), world.access("main"));
    world.set(&one, "script.main.a", 1);
    assert_eq!(world.get(&two, "script.main.a"), int(1));
    world.delete(&one, "script.main.a");
    world.settle(&one).expect("it is durable");
    world.set(&one, "script.main.a", 2);
    assert_eq!(world.get(&two, "script.main.a"), int(2));
    world.settle(&one).expect("it is durable");
    assert_eq!(world.stored(), [("main:script.main:a".into(), "2".into())]);
}

#[test]
fn given_an_update_then_the_time_of_creation_stays() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "1");
    let world = World::on(backend);
    let access = world.access("main");
    world.platform.set_clock(5_000.0);
    world.set(&access, "script.main.a", 2);
    world.set(&access, "script.main.b", 3);
    world.settle(&access).expect("it is durable");
    let times: Vec<(f64, f64)> = world
        .backend
        .records()
        .into_iter()
        .map(|record| (record.created_at, record.updated_at))
        .collect();
    assert_eq!(times, [(1.0, 5_000.0), (5_000.0, 5_000.0)]);
}

#[test]
fn given_keys_of_several_lengths_and_scripts_then_list_gives_the_own_ones_in_order() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    for key in [
        "main:script.main:b",
        "main:script.main:a.b",
        "main:script.main:",
        "other:script.other:z",
        "odd",
    ] {
        backend.plant(key, "1");
    }
    let world = World::on(backend);
    let access = world.access("main");
    world.set(&access, "script.main.é", 1);
    world.set(&access, "script.main.a", 1);
    world.set(&access, "temp.t", 1);
    world.delete(&access, "script.main.b");
    let own = [
        "script.main.",
        "script.main.a",
        "script.main.a.b",
        "script.main.é",
    ];
    assert_eq!(world.list(&access, "script.main."), own);
    assert_eq!(world.list(&access, "script.main"), own);
    assert_eq!(
        world.list(&access, "script.main.a"),
        ["script.main.a", "script.main.a.b"]
    );
    assert_eq!(world.list(&access, ""), [&own[..], &["temp.t"]].concat());
    assert_eq!(world.list(&access, "te"), ["temp.t"]);
    assert_eq!(world.list(&access, "script.other."), [""; 0]);
    assert_eq!(world.list(&access, "script.mainly"), [""; 0]);
}

#[test]
fn given_text_that_is_no_json_then_reading_it_names_the_key() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "{nonsense");
    let world = World::on(backend);
    let error = world
        .access("main")
        .get("script.main.a")
        .err()
        .expect("an error");
    let ErrorKind::Storage { keys, .. } = &*error.kind else {
        panic!("{error:?}")
    };
    assert_eq!(keys, &["main:script.main:a"]);
}

#[test]
fn given_temp_keys_then_the_backend_never_hears_of_them() {
    let world = World::new(CacheMode::ReadThrough);
    let access = world.access("main");
    assert_eq!(ready(access.get("temp.a")), None);
    ready(access.set("temp.a", Value::Int(1), None));
    assert_eq!(
        ready(world.access("main").get("temp.a")).as_deref(),
        Some(&Value::Int(1))
    );
    assert_eq!(ready(world.access("other").get("temp.a")), None);
    world.settle(&access).expect("nothing is to be written");
    drop(access);
    assert_eq!(
        ready(world.access("main").get("temp.a")).as_deref(),
        Some(&Value::Int(1)),
        "it stays"
    );
    assert!(world.backend.batches.borrow().is_empty());
    assert!(world.backend.reads.borrow().is_empty());
}

#[test]
fn given_numbers_from_javascript_beyond_its_integers_then_they_are_floats() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:script.main:a", "1152921504606846976");
    let world = World::on(backend);
    let found = world.get(&world.access("main"), "script.main.a");
    assert_eq!(found, Some(Value::Float(1_152_921_504_606_846_976.0)));
}

#[test]
fn given_reads_and_writes_then_they_are_counted() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, "script.main.a", 1);
    world.get(&access, "script.main.a");
    world.get(&access, "script.main.b");
    world.delete(&access, "script.main.b");
    world.list(&access, "");
    assert_eq!(access.counts(), (3, 2));
}

#[test]
fn given_a_record_with_all_its_times_then_it_is_written_back_unchanged_but_for_the_update() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    let key = "main:script.main:a";
    backend.plant_record(Record {
        key: key.into(),
        value: "1".into(),
        created_at: 10.0,
        updated_at: 20.0,
        expires_at: Some(9_000_000.0),
        version: None,
    });
    let world = World::on(backend);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Float(1.0), Some(500.0)));
    world.settle(&access).expect("it is durable");
    let expected = Record {
        key: key.into(),
        value: "1.0".into(),
        created_at: 10.0,
        updated_at: 1_000_000.0,
        expires_at: Some(1_000_500.0),
        version: None,
    };
    assert_eq!(world.backend.records(), [expected]);
}
