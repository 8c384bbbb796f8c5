//! What a namespace may hold.

use super::namespaces::{OWN, SHARED, register};
use super::support::{World, ready};
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use pubwiki_lua_runtime::state::{Access, MaybePending};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend};

/// A key `a.b.?` and a value of one digit take 5 and 1 bytes.
const RECORD: f64 = 6.0;

fn with_quota(records: f64) -> NamespaceConfig {
    NamespaceConfig {
        quota: Some(records * RECORD),
        ..OWN
    }
}

fn is_over(outcome: Result<MaybePending<()>, Error>) -> bool {
    matches!(
        outcome.err().map(|error| *error.kind),
        Some(ErrorKind::Quota)
    )
}

fn set(access: &Access, key: &str, value: i64) {
    ready(access.set(key, Value::Int(value), None));
}

#[test]
fn given_a_quota_then_bytes_of_keys_and_values_count_and_what_is_removed_does_not() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(&access, "a.b", with_quota(2.0)).expect("it is taken");
    set(&access, "a.b.x", 1);
    set(&access, "a.b.y", 1);
    let error = access
        .set("a.b.z", Value::Int(1), None)
        .err()
        .expect("it is over");
    assert_eq!(*error.kind, ErrorKind::Quota);
    for part in ["'main'", "'a.b.z'", "'a.b'", "12"] {
        assert!(error.message.contains(part), "{error}");
    }
    assert!(
        is_over(access.set("a.b.x", Value::Int(10), None)),
        "a longer value is over too"
    );
    set(&access, "a.b.x", 2);
    assert!(ready(access.delete("a.b.y")));
    set(&access, "a.b.z", 1);
    assert!(is_over(access.set("a.b.y", Value::Int(1), None)));
    assert_eq!(world.list(&access, "a.b."), ["a.b.x", "a.b.z"]);
}

#[test]
fn given_utf_8_then_bytes_count_and_not_characters() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(
        &access,
        "a.b",
        NamespaceConfig {
            quota: Some(11.0),
            ..OWN
        },
    )
    .expect("it is taken");
    // "a.b.é" has 6 bytes, the JSON text of "é" 4.
    ready(access.set("a.b.é", Value::Str("é".into()), None));
    assert!(is_over(access.set("a.b.é", Value::Str("éx1".into()), None)));
    ready(access.set("a.b.é", Value::Str("éx".into()), None));
}

#[test]
fn given_records_that_were_there_before_then_they_count() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.plant("main:a.b:x", "1");
    backend.plant("other:a.b:y", "1");
    let world = World::on(backend);
    let access = world.access("main");
    register(&access, "a.b", with_quota(2.0)).expect("it is taken");
    set(&access, "a.b.y", 1);
    assert!(is_over(access.set("a.b.z", Value::Int(1), None)));
}

#[test]
fn given_a_shared_namespace_then_all_scripts_share_its_quota() {
    let world = World::new(CacheMode::Preloaded);
    let (one, two) = (world.access("one"), world.access("two"));
    register(
        &one,
        "a.b",
        NamespaceConfig {
            quota: Some(2.0 * RECORD),
            ..SHARED
        },
    )
    .expect("it is taken");
    set(&one, "a.b.x", 1);
    set(&two, "a.b.y", 1);
    assert!(is_over(one.set("a.b.z", Value::Int(1), None)));
}

#[test]
fn given_records_that_expire_then_their_room_is_free_again() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(
        &access,
        "a.b",
        NamespaceConfig {
            ttl: Some(10.0),
            ..with_quota(1.0)
        },
    )
    .expect("it is taken");
    set(&access, "a.b.x", 1);
    assert!(is_over(access.set("a.b.y", Value::Int(1), None)));
    world.platform.advance(10.0);
    set(&access, "a.b.y", 1);
    set(&access, "a.b.y", 2);
}

#[test]
fn given_a_write_that_is_rolled_back_then_its_room_is_free_again() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    register(&access, "a.b", with_quota(1.0)).expect("it is taken");
    world.backend.fail(Fault::Write);
    set(&access, "a.b.x", 1);
    assert!(world.settle(&access).is_err());
    set(&access, "a.b.y", 1);
}

#[test]
fn given_a_backend_that_others_write_to_then_what_it_holds_counts() {
    let backend = TestBackend::new(CacheMode::ReadThrough);
    backend.plant("main:a.b:x", "1");
    let world = World::on(backend);
    let access = world.access("main");
    register(&access, "a.b", with_quota(2.0)).expect("it is taken");
    world
        .wait(access.set("a.b.y", Value::Int(1), None))
        .expect("it fits");
    let outcome = world.wait(access.set("a.b.z", Value::Int(1), None));
    assert_eq!(*outcome.expect_err("it is over").kind, ErrorKind::Quota);
    assert_eq!(world.backend.scans.borrow().len(), 1);
}

#[test]
fn given_what_memory_alone_keeps_then_a_quota_holds_too() {
    let world = World::new(CacheMode::ReadThrough);
    let access = world.access("main");
    register(
        &access,
        "a.b",
        NamespaceConfig {
            persistent: false,
            ..with_quota(1.0)
        },
    )
    .expect("it is taken");
    set(&access, "a.b.x", 1);
    assert!(is_over(access.set("a.b.y", Value::Int(1), None)));
    assert!(ready(access.delete("a.b.x")));
    set(&access, "a.b.y", 1);
}
