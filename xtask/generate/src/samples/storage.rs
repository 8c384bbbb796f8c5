//! Samples of the operations and answers of stores and backends.

use pubwiki_lua_runtime::protocol::{
    BackendAnswer, BackendChange, BackendChoice, BackendOp, Durability, ExpiredItem, HostMethods,
    LocalStorageItem, LocalStorageOp, Record,
};

fn record(key: &str, value: &str, expires_at: Option<f64>) -> Record {
    let (created_at, updated_at) = (1_763_974_800_000.0, 1_763_974_800_000.5);
    Record {
        key: key.to_owned(),
        value: value.to_owned(),
        created_at,
        updated_at,
        expires_at,
        version: None,
    }
}

/// Records, shared and expiring ones included.
pub fn records() -> Vec<Record> {
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
        compare_and_set: true,
        changes: true,
        scan_page: true,
        transact: true,
        expires: true,
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
        (
            "IndexedDB",
            BackendChoice::IndexedDb {
                database: None,
                durability: Durability::Relaxed,
            },
        ),
        (
            "another IndexedDB",
            BackendChoice::IndexedDb {
                database: Some("mine".to_owned()),
                durability: Durability::Strict,
            },
        ),
        ("a host backend", host(HostMethods::default())),
        ("a host backend that scans", host(scan)),
        ("a host backend with all methods", host(all)),
        ("localStorage", BackendChoice::LocalStorage { prefix: None }),
        (
            "localStorage elsewhere",
            BackendChoice::LocalStorage {
                prefix: Some("mine:".to_owned()),
            },
        ),
        ("OPFS", BackendChoice::Opfs { folder: None }),
        (
            "OPFS elsewhere",
            BackendChoice::Opfs {
                folder: Some("mine".to_owned()),
            },
        ),
        (
            "a folder of the file system",
            BackendChoice::Fs {
                folder: "/var/lib/wiki".to_owned(),
            },
        ),
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
        (
            "compare and set",
            BackendOp::CompareAndSet {
                key: "k".to_owned(),
                version: Some("17".to_owned()),
                next: Some(record("k", "1", None)),
            },
        ),
        (
            "compare with nothing and remove",
            BackendOp::CompareAndSet {
                key: String::new(),
                version: None,
                next: None,
            },
        ),
        (
            "scan the first page",
            BackendOp::ScanPage {
                prefix: "main:".to_owned(),
                cursor: None,
                limit: 1000,
            },
        ),
        (
            "scan another page",
            BackendOp::ScanPage {
                prefix: String::new(),
                cursor: Some("é".to_owned()),
                limit: u32::MAX,
            },
        ),
        (
            "transact",
            BackendOp::Transact {
                records: records(),
                removed: keys(),
            },
        ),
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
        (
            "records with versions",
            BackendAnswer::Versioned {
                records: records(),
                versions: vec!["17".to_owned(), String::new()],
                cursor: Some("2".to_owned()),
            },
        ),
        (
            "a version",
            BackendAnswer::Swapped {
                version: "\"etag\"".to_owned(),
            },
        ),
    ]
}

/// What the host tells of its backend.
pub fn backend_changes() -> Vec<(&'static str, Option<Vec<BackendChange>>)> {
    let stored = |version: Option<&str>| BackendChange::Stored {
        record: record("k", "1", None),
        version: version.map(str::to_owned),
    };
    let removed = BackendChange::Removed {
        key: "any string\0".to_owned(),
    };
    vec![
        ("anywhere", None),
        ("nowhere", Some(Vec::new())),
        (
            "in three places",
            Some(vec![stored(Some("18")), stored(None), removed]),
        ),
    ]
}

/// Every operation on localStorage.
pub fn local_storage_ops() -> Vec<(&'static str, LocalStorageOp)> {
    vec![
        ("read", LocalStorageOp::Read { names: keys() }),
        ("read all", LocalStorageOp::ReadAll),
        (
            "write",
            LocalStorageOp::Write {
                items: items(),
                removed: keys(),
            },
        ),
        ("clear", LocalStorageOp::Clear),
        (
            "remove expired",
            LocalStorageOp::RemoveExpired {
                expired: expired_items(),
            },
        ),
    ]
}

/// Items of localStorage that have expired.
pub fn expired_items() -> Vec<ExpiredItem> {
    keys()
        .into_iter()
        .map(|name| ExpiredItem {
            name,
            expires_at: 1_700_000_000_000.5,
        })
        .collect()
}

/// Items of localStorage.
pub fn items() -> Vec<LocalStorageItem> {
    let item = |name: &str, text: &str| LocalStorageItem {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    vec![item("k", "{}"), item("", "🦀")]
}
