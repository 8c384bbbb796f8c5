//! What State holds for a run, and what waits for it, counts before it is there.

use super::support::{World, ready};
use pubwiki_lua_runtime::ledger::Ledger;
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, Limit, Record, Value};
use pubwiki_lua_runtime::state::{Access, ScriptId};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::Fault;
use std::rc::Rc;

const LIMIT: usize = 1 << 20;

/// A run's way in, and what it holds.
fn limited(world: &World, bytes: usize) -> (Access, Rc<Ledger>) {
    let ledger = Ledger::new();
    ledger.set_limit(bytes);
    let script = ScriptId::parse("main").expect("a script id");
    (world.store.access_of_run(script, ledger.clone()), ledger)
}

fn is_exceeded(error: &Error) -> bool {
    let limit = Limit::MemoryBytes;
    matches!(*error.kind, ErrorKind::Limit { limit: it, .. } if it == limit)
}

fn text(bytes: usize) -> Value {
    Value::Str("x".repeat(bytes))
}

#[test]
fn given_a_run_without_room_then_nothing_of_it_is_stored_and_what_others_write_is() {
    let world = World::new(CacheMode::Preloaded);
    let ((run, ledger), other) = (limited(&world, LIMIT), world.access("other"));
    let watch = other.watch("").expect("it hears of its own");
    // Six times as long once it is JSON.
    let value = Value::Array(vec![Value::Str("\u{1}".repeat(30_000)); 10]);
    world.set(&other, "script.other.a", 1);
    let refused = run.set("script.main.k", value, None).err();
    assert!(refused.is_some_and(|error| is_exceeded(&error)));
    world.set(&other, "script.other.b", 2);
    world.settle(&other).expect("it is durable");
    world.settle(&run).expect("nothing of it was to be written");
    assert_eq!(ready(run.get("script.main.k")), None);
    assert_eq!(ledger.room(), LIMIT);
    let keys: Vec<_> = world.stored().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["other:script.other:a", "other:script.other:b"]);
    assert_eq!(std::iter::from_fn(|| watch.try_next()).count(), 2);
}

#[test]
fn given_what_a_run_has_stored_then_it_counts_until_it_is_removed_or_has_expired() {
    let world = World::new(CacheMode::Preloaded);
    let (run, ledger) = limited(&world, LIMIT);
    ready(run.set("temp.a", text(300_000), None));
    let room = ledger.room();
    assert!((LIMIT - 310_000..LIMIT - 300_000).contains(&room), "{room}");
    ready(run.set("temp.a", text(100_000), None));
    assert!(ledger.room() > room + 199_000);
    assert!(ready(run.delete("temp.a")));
    assert_eq!(ledger.room(), LIMIT);
    ready(run.set("temp.b", text(900_000), Some(5.0)));
    assert!(run.set("temp.c", text(300_000), None).is_err());
    world.platform.advance(100_000.0);
    run.recount();
    assert_eq!(ledger.room(), LIMIT);
    ready(run.set("temp.c", text(300_000), None));
}

#[test]
fn given_what_waits_for_a_runs_watch_then_it_counts_and_the_last_change_is_among_it() {
    let world = World::new(CacheMode::Preloaded);
    let ((run, ledger), writer) = (limited(&world, LIMIT), world.access("main"));
    let watch = run.watch("temp").expect("it is readable");
    let before = ledger.room();
    assert!(before < LIMIT, "the watch counts itself");
    for number in 0..1000 {
        ready(writer.set(&format!("temp.{number}"), text(10_000), None));
        assert!(ledger.room() < before, "what waits counts");
    }
    let seen: Vec<_> = std::iter::from_fn(|| watch.try_next()).collect();
    assert!((5..LIMIT / 80_000).contains(&seen.len()), "{}", seen.len());
    let last = seen.last().expect("there are some");
    assert_eq!(&*last.key, "temp.999");
    assert!(last.value.as_deref() == Some(&text(10_000)));
    assert_eq!(ledger.room(), before);
    drop(watch);
    assert_eq!(ledger.room(), LIMIT);
}

#[test]
fn given_a_run_without_room_then_it_hears_of_changes_all_the_same() {
    let world = World::new(CacheMode::Preloaded);
    let ((run, ledger), writer) = (limited(&world, 100_000), world.access("main"));
    let watch = run.watch("temp").expect("it is readable");
    ledger.set_limit(0);
    ready(writer.set("temp.a", Value::Int(1), None));
    ready(writer.set("temp.b", Value::Int(2), None));
    let seen: Vec<_> = std::iter::from_fn(|| watch.try_next())
        .map(|change| (change.key.to_string(), change.value.as_deref().cloned()))
        .collect();
    assert_eq!(seen, [("temp.b".into(), Some(Value::Int(2)))]);
    let refused = run.watch("temp").err();
    assert!(refused.is_some_and(|error| is_exceeded(&error)));
}

#[test]
fn given_keys_that_a_failing_backend_is_asked_for_then_nothing_of_them_stays() {
    let world = World::new(CacheMode::ReadThrough);
    let (run, ledger) = limited(&world, LIMIT);
    for number in 0..3000 {
        world.backend.fail(Fault::Read);
        let key = format!("script.main.{number}{}", "x".repeat(1000));
        assert!(world.wait(run.get(&key)).is_err());
    }
    assert_eq!(ledger.room(), LIMIT);
    let all = world.list(&run, "script.main.");
    assert!(all.is_empty());
    assert!(
        run.looked_at() < 10,
        "{} entries are there",
        run.looked_at()
    );
}

#[test]
fn given_a_key_whose_write_and_reading_failed_then_it_is_asked_for_again() {
    let world = World::new(CacheMode::ReadThrough);
    let access = world.access("main");
    world.backend.plant("main:script.main:a", "1");
    assert_eq!(world.get(&access, "script.main.a"), Some(Value::Int(1)));
    for _ in 0..2 {
        world.backend.fail(Fault::Write);
        world.backend.fail(Fault::Read);
        world.backend.fail(Fault::Read);
        world.set(&access, "script.main.a", 2);
        assert!(world.settle(&access).is_err());
        assert!(world.wait(access.get("script.main.a")).is_err());
        assert_eq!(world.get(&access, "script.main.a"), Some(Value::Int(1)));
    }
}

#[test]
fn given_more_json_than_a_record_may_have_then_it_is_refused() {
    const MOST: usize = 64 << 20;
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let value = |bytes: usize| Value::Str("\u{1}".repeat(bytes / 6));
    let error = access.set("temp.a", value(MOST + 6), None).err();
    let error = error.expect("it is too much");
    let path = "value".into();
    assert_eq!(*error.kind, ErrorKind::Value { path });
    assert!(error.message.contains("67108864"), "{}", error.message);
    let update = world
        .platform
        .block(access.update("temp.a").expect("a key"));
    let update = update.expect("it is locked");
    assert!(update.commit(Some(value(MOST + 6))).is_err());
    let record = Record {
        key: "main:script.main:a".into(),
        value: format!("\"{}\"", "x".repeat(MOST - 1)),
        created_at: 1.0,
        updated_at: 1.0,
        expires_at: None,
        version: None,
    };
    let imported = world
        .platform
        .block(world.store.import(vec![record], Rc::default()));
    assert!(imported.is_err());
    assert_eq!(ready(access.get("temp.a")), None);
    assert!(world.stored().is_empty());
}

#[test]
fn given_values_of_any_size_then_they_come_back_as_they_were() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for count in [1, 100, 1000, 10_000] {
        let items = [
            Value::Int(1),
            Value::Float(1.0),
            Value::Float(-0.5e300),
            Value::Str("\"\\é\u{1}".into()),
            Value::Nil,
            Value::Bool(true),
            Value::Array(Vec::new()),
            Value::Object(vec![("a.b".into(), Value::Int(-7))]),
        ];
        let value = Value::Array(items.iter().cycle().take(count * 8).cloned().collect());
        for key in ["temp.a", "script.main.a"] {
            ready(access.set(key, value.clone(), None));
            assert_eq!(world.get(&access, key), Some(value.clone()));
            let (one, two) = (ready(access.get(key)), ready(access.get(key)));
            let (one, two) = (one.expect("it is there"), two.expect("it is there"));
            assert!(Rc::ptr_eq(&one, &two), "it is parsed once");
        }
    }
    world.settle(&access).expect("it is durable");
}
