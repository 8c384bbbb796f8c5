//! Samples of State's operations and answers.

use super::storage::{expired_items, items, keys, records};
use pubwiki_lua_runtime::protocol::{
    Declaration, EntryOrder, NamespaceConfig, Part, Record, StateAnswer, StateEntry, StateOp,
    StoreOp,
};

/// Every State operation.
pub fn state_ops() -> Vec<(&'static str, StateOp)> {
    let key = || "script.main.visits".to_owned();
    vec![
        ("get", StateOp::Get { key: key() }),
        (
            "set",
            StateOp::Set {
                key: key(),
                value: "[1,2.5]".to_owned(),
                ttl: None,
            },
        ),
        (
            "set with a ttl",
            StateOp::Set {
                key: key(),
                value: "null".to_owned(),
                ttl: Some(0.5),
            },
        ),
        ("delete", StateOp::Delete { key: key() }),
        (
            "list",
            StateOp::List {
                prefix: String::new(),
            },
        ),
        (
            "entries",
            StateOp::Entries {
                prefix: "my.game".to_owned(),
                after: Some("my.game.a".to_owned()),
                limit: Some(300),
                order: EntryOrder::Updated,
            },
        ),
        (
            "entries, all of them",
            StateOp::Entries {
                prefix: String::new(),
                after: None,
                limit: None,
                order: EntryOrder::Key,
            },
        ),
        ("update", StateOp::Update { key: key() }),
        ("preload", StateOp::Preload { keys: keys() }),
    ]
}

/// Every answer of State.
pub fn state_answers() -> Vec<(&'static str, StateAnswer)> {
    vec![
        ("done", StateAnswer::Done),
        (
            "a value",
            StateAnswer::Value(Some("{\"a\":\"🦀\"}".to_owned())),
        ),
        ("no value", StateAnswer::Value(None)),
        ("deleted", StateAnswer::Deleted(true)),
        ("nothing to delete", StateAnswer::Deleted(false)),
        ("keys", StateAnswer::Keys(keys())),
        (
            "entries",
            StateAnswer::Entries {
                entries: records().into_iter().map(entry).collect(),
                next: Some("my.game.é".to_owned()),
            },
        ),
        ("an update", StateAnswer::Update(Some("[]".to_owned()))),
        ("an update of nothing", StateAnswer::Update(None)),
        ("a count", StateAnswer::Count(70_000)),
        ("records", StateAnswer::Records(records())),
    ]
}

/// A part of each list.
pub fn parts() -> Vec<(&'static str, Part)> {
    vec![
        ("records", Part::Records(records())),
        ("keys", Part::Keys(keys())),
        (
            "entries",
            Part::Entries(records().into_iter().map(entry).collect()),
        ),
        ("items", Part::Items(items())),
        ("expired items", Part::Expired(expired_items())),
    ]
}

fn entry(record: Record) -> StateEntry {
    StateEntry {
        key: "my.game.é".to_owned(),
        record,
    }
}

/// Every operation on all of State.
pub fn store_ops() -> Vec<(&'static str, StoreOp)> {
    vec![
        ("flush", StoreOp::Flush),
        ("cleanup", StoreOp::CleanupExpired),
        ("clear", StoreOp::Clear),
        ("records", StoreOp::Records),
        ("import", StoreOp::Import { records: records() }),
        ("preload", StoreOp::Preload),
        ("clear cache", StoreOp::ClearCache),
        ("export", StoreOp::Export),
        ("export next", StoreOp::ExportNext { export: 300 }),
        ("export end", StoreOp::ExportEnd { export: 300 }),
    ]
}

/// Declarations of namespaces.
pub fn declarations() -> Vec<Declaration> {
    let open = NamespaceConfig {
        read: true,
        write: true,
        shared: true,
        persistent: true,
        ttl: None,
        quota: None,
    };
    let limited = NamespaceConfig {
        shared: false,
        ttl: Some(1.5),
        quota: Some(65536.0),
        ..open
    };
    vec![
        Declaration {
            name: "my.game".to_owned(),
            config: open,
        },
        Declaration {
            name: "my.game.cache".to_owned(),
            config: limited,
        },
    ]
}
