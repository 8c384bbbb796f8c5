use super::support::{World, int};
use pubwiki_lua_runtime::protocol::{ErrorKind, Value};
use pubwiki_lua_runtime::state::ScriptId;
use pubwiki_lua_runtime::storage::Reading;

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
    let world = World::new(Reading::Loaded);
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
    let world = World::new(Reading::Loaded);
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
    let world = World::new(Reading::Loaded);
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
