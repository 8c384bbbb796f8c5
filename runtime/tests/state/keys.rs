//! Which keys there may be, and what stays of them in memory.

use super::namespaces::{OWN, register};
use super::support::{World, int};
use pubwiki_lua_runtime::protocol::{ErrorKind, NamespaceConfig, Record, Value};
use pubwiki_lua_runtime::state::{Query, ScriptId};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::TestBackend;

#[test]
fn given_script_ids_then_only_plain_ones_of_fitting_length_are_taken() {
    for id in ["a", "A-b_9", &"x".repeat(128)] {
        assert_eq!(ScriptId::parse(id).expect("it is one").as_str(), id);
    }
    for id in ["", "a.b", "a:b", "*", "ü", "a b", &"x".repeat(129)] {
        let error = ScriptId::parse(id).expect_err("it is none");
        assert_eq!(
            *error.kind,
            ErrorKind::Value {
                path: "scriptId".into()
            }
        );
    }
}

#[test]
fn given_keys_of_others_or_of_nobody_then_they_are_refused_by_name() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    for key in [
        "",
        "a",
        "script",
        "script.main",
        "script.main.",
        "script.other.a",
        "temp",
        "temp.",
        "system.a",
        "x.y.z",
    ] {
        let errors = [
            access.get(key).err(),
            access.set(key, Value::Int(1), None).err(),
            access.delete(key).err(),
        ];
        for error in errors {
            let error = error.expect("it is refused");
            assert_eq!(*error.kind, ErrorKind::Permission, "{key}");
            assert!(
                error.message.contains("'main'") && error.message.contains(&format!("'{key}'")),
                "{error}"
            );
        }
    }
}

#[test]
fn given_odd_names_then_each_is_a_key_of_its_own() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let names = [
        "a:b",
        "a.b",
        "\"",
        "'",
        "__proto__",
        "ключ",
        "😀",
        "\0",
        " ",
        "a\nb",
        "..",
        "*",
    ];
    for (name, value) in names.iter().zip(0..) {
        world.set(&access, &format!("script.main.{name}"), value);
    }
    world.settle(&access).expect("it is durable");
    assert_eq!(world.backend.records().len(), names.len());
    let again = World::on(world.backend.clone());
    let access = again.access("main");
    for (name, value) in names.iter().zip(0..) {
        assert_eq!(
            again.get(&access, &format!("script.main.{name}")),
            int(value),
            "{name:?}"
        );
    }
    assert_eq!(again.list(&access, "").len(), names.len());
}

#[test]
fn given_values_that_json_cannot_hold_then_set_names_the_path_and_changes_nothing() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    world.set(&access, "script.main.a", 1);
    let nested = |value: Value| {
        Value::Object(vec![(
            "items".into(),
            Value::Array(vec![Value::Int(1), value]),
        )])
    };
    for value in [
        Value::Float(f64::NAN),
        Value::Int(1 << 53),
        Value::Bytes(vec![255]),
    ] {
        let error = access
            .set("script.main.a", nested(value), None)
            .err()
            .expect("an error");
        assert_eq!(
            *error.kind,
            ErrorKind::Value {
                path: "value.items[2]".into()
            }
        );
    }
    assert_eq!(world.get(&access, "script.main.a"), int(1));
}

#[test]
fn given_keys_prefixes_and_patterns_that_are_too_long_then_each_is_refused_with_the_limit() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let longest = format!("temp.{}", "ü".repeat(2045)) + "x";
    assert_eq!(longest.len(), 4096);
    world.set(&access, &longest, 1);
    assert_eq!(world.get(&access, &longest), int(1));
    assert_eq!(world.list(&access, &longest), [&*longest]);
    assert!(access.watch(&longest).is_ok());
    let long = longest + "x";
    let query = Query {
        prefix: long.clone(),
        ..Query::default()
    };
    let errors = [
        ("key", access.get(&long).err()),
        ("key", access.set(&long, Value::Int(1), None).err()),
        ("key", access.delete(&long).err()),
        ("key", access.update(&long).err()),
        ("key", access.wait(&long, None).err()),
        ("pattern", access.watch(&long).err()),
        ("prefix", access.list(&long).err()),
        ("prefix", access.entries(query).err()),
    ];
    for (path, error) in errors {
        let error = error.expect("it is refused");
        assert_eq!(*error.kind, ErrorKind::Value { path: path.into() });
        assert!(error.message.contains("4096"), "{error}");
        assert!(error.message.len() < 256, "{error}");
    }
}

#[test]
fn given_a_record_with_a_longer_key_then_it_is_loaded_and_listed() {
    for mode in [CacheMode::Preloaded, CacheMode::ReadThrough] {
        let backend = TestBackend::new(mode);
        let rest = "x".repeat(5000);
        let record = Record {
            key: format!("main:script.main:{rest}"),
            value: "1".into(),
            created_at: 1.0,
            updated_at: 1.0,
            expires_at: None,
            version: None,
        };
        backend.plant_record(record);
        let again = World::on(backend);
        let access = again.access("main");
        let key = format!("script.main.{rest}");
        assert_eq!(again.list(&access, "script."), [&*key]);
        let page = again
            .wait(access.entries(Query::default()))
            .expect("a page");
        assert_eq!(page.entries[0].0, key);
    }
}

#[test]
fn given_keys_without_a_record_then_nothing_of_them_stays_in_memory() {
    let world = World::new(CacheMode::Preloaded);
    let access = world.access("main");
    let quota = NamespaceConfig {
        quota: Some(3.0),
        ..OWN
    };
    register(&access, "a.b", quota).expect("it is taken");
    for number in 0..100 {
        for namespace in ["temp", "script.main"] {
            let key = format!("{namespace}.{number}");
            assert!(!world.delete(&access, &key));
            world.set(&access, &key, 1);
            assert!(world.delete(&access, &key));
            let update = world.platform.block(access.update(&key).expect("a key"));
            let update = update.expect("it is locked");
            assert_eq!(update.value(), Ok(None));
            let done = update.commit(None).expect("there is nothing to remove");
            world.platform.block(done).expect("it is durable");
        }
        let key = format!("a.b.{number}");
        assert!(access.set(&key, Value::Int(1), None).is_err());
    }
    world.settle(&access).expect("it is durable");
    assert!(world.list(&access, "").is_empty());
    assert_eq!(access.looked_at(), 3, "there are three namespaces");
}
