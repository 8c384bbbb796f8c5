//! What has expired is seen by nobody, and removed.

use super::support::{World, int, ready};
use pubwiki_lua_runtime::protocol::{ErrorKind, Value};
use pubwiki_lua_runtime::storage::CacheMode;

#[test]
fn given_a_time_to_live_then_the_record_is_gone_for_every_reader_at_that_moment() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    world.platform.advance(99.0);
    assert_eq!(world.get(&access, "script.main.a"), int(1));
    assert_eq!(world.list(&access, ""), ["script.main.a"]);
    world.platform.advance(1.0);
    assert_eq!(world.get(&access, "script.main.a"), None);
    assert_eq!(world.get(&world.access("main"), "script.main.a"), None);
    assert_eq!(world.list(&access, ""), [""; 0]);
    assert!(!world.delete(&access, "script.main.a"));
}

#[test]
fn given_an_expired_record_when_its_key_is_set_then_it_is_created_anew() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    world.platform.advance(200.0);
    world.set(&access, "script.main.a", 2);
    world.settle(&access).expect("it is durable");
    let record = &world.backend.records()[0];
    assert_eq!((record.created_at, record.expires_at), (1_000_200.0, None));
}

#[test]
fn given_a_time_to_live_that_is_none_then_it_is_refused() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for ttl in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = access
            .set("script.main.a", Value::Int(1), Some(ttl))
            .err()
            .expect("an error");
        assert_eq!(
            *error.kind,
            ErrorKind::Value { path: "ttl".into() },
            "{ttl}"
        );
    }
    assert_eq!(world.get(&access, "script.main.a"), None);
}

#[test]
fn given_the_clock_set_back_then_what_has_expired_stays_so_and_new_records_live() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    ready(access.set("temp.a", Value::Int(1), Some(100.0)));
    ready(access.set("script.main.later", Value::Int(1), Some(900_000.0)));
    world.platform.advance(150.0);
    assert_eq!(world.get(&access, "script.main.a"), None);
    world.platform.set_clock(500_000.0);
    assert_eq!(world.get(&access, "script.main.a"), None);
    assert_eq!(world.get(&access, "temp.a"), None);
    assert_eq!(world.get(&access, "script.main.later"), int(1));
    ready(access.set("script.main.new", Value::Int(1), Some(100.0)));
    assert_eq!(world.get(&access, "script.main.new"), int(1));
    world.settle(&access).expect("it is durable");
    let keys: Vec<String> = world.stored().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["main:script.main:later", "main:script.main:new"]);
}

#[test]
fn given_a_record_that_expired_unseen_before_the_clock_was_set_back_then_it_stays_expired() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(5_000.0)));
    // Nobody looks at the clock between these two.
    world.platform.advance(8_000.0);
    world.platform.set_clock(1_003_000.0);
    assert_eq!(world.get(&access, "script.main.a"), None);
}

#[test]
fn given_expired_records_then_cleanup_removes_and_counts_them() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let backend = pubwiki_lua_runtime::testing::TestBackend::new(mode);
        for (key, expires_at) in [
            ("a", Some(5.0)),
            ("b", Some(2_000_000.0)),
            ("c", None),
            ("d", Some(1_000_000.0)),
        ] {
            backend.plant_record(pubwiki_lua_runtime::protocol::Record {
                key: format!("main:script.main:{key}"),
                value: "1".into(),
                created_at: 1.0,
                updated_at: 1.0,
                expires_at,
                version: None,
            });
        }
        let world = World::on(backend);
        assert_eq!(
            world.platform.block(world.store.cleanup_expired()),
            Ok(2),
            "{mode:?}"
        );
        let keys: Vec<String> = world.stored().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["main:script.main:b", "main:script.main:c"]);
        assert_eq!(world.platform.block(world.store.cleanup_expired()), Ok(0));
    }
}

#[test]
fn given_time_then_a_sweep_removes_what_has_expired_and_ends_when_nothing_can() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    ready(access.set("temp.a", Value::Int(1), Some(100.0)));
    world.settle(&access).expect("it is durable");
    assert_eq!(world.stored().len(), 1);
    world.platform.advance(60_000.0);
    assert_eq!(world.stored(), []);
    ready(access.set("script.main.b", Value::Int(1), Some(100.0)));
    world.platform.advance(60_000.0);
    assert_eq!(world.stored(), [], "it begins again when it is needed");
}

#[test]
fn given_a_store_that_opens_on_expired_records_then_the_sweep_removes_them() {
    let backend = pubwiki_lua_runtime::testing::TestBackend::new(CacheMode::Preloaded);
    backend.plant_record(pubwiki_lua_runtime::protocol::Record {
        key: "main:script.main:a".into(),
        value: "1".into(),
        created_at: 1.0,
        updated_at: 1.0,
        expires_at: Some(5.0),
        version: None,
    });
    let world = World::on(backend);
    assert_eq!(world.get(&world.access("main"), "script.main.a"), None);
    world.platform.advance(60_000.0);
    assert_eq!(world.stored(), []);
}

#[test]
fn given_expired_records_when_the_store_closes_then_they_are_gone_from_the_backend() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    ready(access.set("script.main.a", Value::Int(1), Some(100.0)));
    world.settle(&access).expect("it is durable");
    world.platform.advance(200.0);
    world
        .platform
        .block(world.store.close())
        .expect("it closes");
    assert_eq!(world.stored(), []);
}

#[test]
fn given_many_expired_records_then_others_have_turns_while_they_are_removed() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for number in 0..1000 {
        let key = format!("script.main.{number}");
        ready(access.set(&key, Value::Int(1), Some(100.0)));
    }
    world.settle(&access).expect("they are durable");
    let watch = access.watch("script.main").expect("it is readable");
    world.platform.advance(200.0);
    let platform = world.platform.shared();
    let turns = world.platform.start(async move {
        let mut turns = Vec::new();
        while turns.iter().sum::<usize>() < 1000 {
            platform.next_task().await;
            turns.push(std::iter::from_fn(|| watch.try_next()).count());
        }
        turns
    });
    let removed = world.platform.block(world.store.cleanup_expired());
    assert_eq!(removed, Ok(1000));
    let turns = turns.take().expect("all are notified of");
    assert!(turns.iter().all(|told| *told <= 512), "{turns:?}");
    assert_eq!(world.stored(), []);
}
