//! The rules of namespaces by the vectors that the page's mirror reads too.

use super::support::World;
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use pubwiki_lua_runtime::storage::CacheMode;
use serde_json::Value as Json;

const VECTORS: &str = include_str!("../../../tests/golden/namespaces.json");

fn text<'a>(step: &'a Json, field: &str) -> Option<&'a str> {
    step[field].as_str()
}

fn configs(step: &Json) -> Vec<(String, NamespaceConfig)> {
    let namespaces = step["namespaces"].as_object().expect("namespaces by name");
    let config = |rules: &Json| {
        let flag = |field: &str| rules[field].as_bool().unwrap_or_default();
        NamespaceConfig {
            read: flag("read"),
            write: flag("write"),
            shared: flag("shared"),
            persistent: true,
            ttl: rules["ttl"].as_f64(),
            quota: rules["quota"].as_f64(),
        }
    };
    namespaces
        .iter()
        .map(|(name, rules)| (name.clone(), config(rules)))
        .collect()
}

/// The key of the record that `script` reaches by `key`: every record that it could be says its own.
fn record(world: &World, script: &str, key: &str) -> Result<Option<Value>, Error> {
    for (at, _) in key.match_indices('.') {
        for scope in ["*", "owner", "other", "evil", "victim", "third", "reader"] {
            let record = format!("{scope}:{}:{}", &key[..at], &key[at + 1..]);
            world.backend.plant(&record, &format!("\"{record}\""));
        }
    }
    let found = world.wait(world.access(script).get(key))?;
    Ok(found.map(|value| (*value).clone()))
}

#[test]
fn given_the_golden_vectors_of_namespaces_then_declarations_and_keys_come_to_what_they_say() {
    let vectors: Vec<Json> = serde_json::from_str(VECTORS).expect("JSON");
    for vector in &vectors {
        let world = World::new(CacheMode::ReadThrough);
        for step in vector["steps"].as_array().expect("steps") {
            let of = format!("{}: {step}", vector["name"]);
            if let Some(script) = text(step, "register") {
                let registered = world.access(script).register(&configs(step));
                let refused = registered.err().map(|error| *error.kind);
                let expected = step["refused"].as_bool().map(|_| ErrorKind::Permission);
                assert_eq!(refused, expected, "{of}");
            } else if let Some(script) = text(step, "unregister") {
                world.store.unregister(world.access(script).script());
            } else {
                let (script, key) = (text(step, "script"), text(step, "key"));
                let found = record(&world, script.expect("a script"), key.expect("a key"));
                match text(step, "record") {
                    Some(record) => {
                        let found = found.expect("a readable key");
                        assert_eq!(found, Some(Value::Str(record.into())), "{of}");
                    }
                    None => {
                        let kind = found.err().map(|error| *error.kind);
                        assert_eq!(kind, Some(ErrorKind::Permission), "{of}");
                    }
                }
            }
        }
    }
}
