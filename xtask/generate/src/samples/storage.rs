//! What stores and backends are asked and answer.

use pubwiki_lua_runtime::protocol::{
    BackendAnswer, BackendChoice, BackendOp, HostMethods, Record, StateAnswer, StateOp,
};

fn record(key: &str, value: &str, expires_at: Option<f64>) -> Record {
    let (created_at, updated_at) = (1_763_974_800_000.0, 1_763_974_800_000.5);
    Record {
        key: key.to_owned(),
        value: value.to_owned(),
        created_at,
        updated_at,
        expires_at,
    }
}

fn records() -> Vec<Record> {
    vec![
        record("main:script.main:visits", "1", None),
        record("*:my.game:é", "{\"a\":[]}", Some(f64::MAX)),
    ]
}

/// Keys, odd ones included.
pub fn keys() -> Vec<String> {
    vec![
        "main:script.main:visits".to_owned(),
        String::new(),
        "any string\0".to_owned(),
    ]
}

/// Every backend.
pub fn backends() -> Vec<(&'static str, BackendChoice)> {
    let all = HostMethods {
        get_many: true,
        set_many: true,
        delete_many: true,
        scan: true,
    };
    let scan = HostMethods {
        scan: true,
        ..HostMethods::default()
    };
    let host = |methods| BackendChoice::Host {
        name: "MyBackend".to_owned(),
        methods,
    };
    vec![
        ("memory", BackendChoice::Memory),
        ("IndexedDB", BackendChoice::IndexedDb { database: None }),
        (
            "another IndexedDB",
            BackendChoice::IndexedDb {
                database: Some("mine".to_owned()),
            },
        ),
        ("a host backend", host(HostMethods::default())),
        ("a host backend that scans", host(scan)),
        ("a host backend with all methods", host(all)),
    ]
}

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
    ]
}

/// Every operation of a backend.
pub fn backend_ops() -> Vec<(&'static str, BackendOp)> {
    vec![
        ("init", BackendOp::Init),
        (
            "get",
            BackendOp::Get {
                key: "k".to_owned(),
            },
        ),
        (
            "set",
            BackendOp::Set {
                record: record("k", "\"\"", Some(-0.0)),
            },
        ),
        (
            "delete",
            BackendOp::Delete {
                key: "k".to_owned(),
            },
        ),
        ("get all", BackendOp::GetAll),
        ("clear", BackendOp::Clear),
        ("get many", BackendOp::GetMany { keys: keys() }),
        ("set many", BackendOp::SetMany { records: records() }),
        (
            "set many of none",
            BackendOp::SetMany {
                records: Vec::new(),
            },
        ),
        ("delete many", BackendOp::DeleteMany { keys: keys() }),
        (
            "scan",
            BackendOp::Scan {
                prefix: "main:".to_owned(),
            },
        ),
        ("close", BackendOp::Close),
    ]
}

/// Every answer of a backend.
pub fn backend_answers() -> Vec<(&'static str, BackendAnswer)> {
    vec![
        ("done", BackendAnswer::Done),
        ("a record", BackendAnswer::Record(records().pop())),
        ("no record", BackendAnswer::Record(None)),
        ("records", BackendAnswer::Records(records())),
        ("no records", BackendAnswer::Records(Vec::new())),
    ]
}
