//! The messages that the golden vectors show: every variant, and the values that codecs
//! tend to get wrong.

use crate::frames::{FromWorker, ToWorker};
use pubwiki_lua_runtime::protocol::{
    Answer, Artifact, BackendAnswer, BackendChoice, BackendOp, Error, ErrorKind, Event, HostAnswer,
    HostCall, HostError, HostMethods, Limit, Notice, OpenOptions, Record, Request, RunLimits,
    RunOutcome, RunSpec, RunStats, StateAnswer, StateOp, VERSION, Value,
};

const MEBIBYTE: usize = 1 << 20;
const TWO_53: i64 = 1 << 53;

/// A name and the message that it names.
pub type Sample<T> = (String, T);

/// Host to worker.
#[must_use]
pub fn to_worker() -> Vec<Sample<ToWorker>> {
    let mut samples = vec![
        ("connected".to_owned(), ToWorker::Connected(1)),
        (
            "connected with a long id".to_owned(),
            ToWorker::Connected(u32::MAX),
        ),
        ("disconnected".to_owned(), ToWorker::Disconnected(300)),
        ("destroy".to_owned(), ToWorker::Destroy),
    ];
    let mut add = |name: String, request| samples.push((name, ToWorker::ProcessInput(1, request)));
    for (name, backend) in backends() {
        let options = OpenOptions {
            backend: backend.clone(),
            limits: RunLimits::default(),
        };
        add(
            format!("open with {name}"),
            Request::Open {
                version: VERSION,
                options,
            },
        );
        add(
            format!("backend open of {name}"),
            Request::BackendOpen {
                id: 2,
                handle: 128,
                backend,
            },
        );
    }
    add(
        "run".to_owned(),
        Request::Run {
            id: 1,
            spec: spec(values().into_iter().map(|(_, value)| value).collect()),
        },
    );
    let bare = RunSpec {
        script_id: None,
        name: None,
        limits: RunLimits::default(),
        ..spec(Vec::new())
    };
    add(
        "run of an empty script that names itself".to_owned(),
        Request::Run {
            id: u32::MAX,
            spec: bare,
        },
    );
    add("cancel".to_owned(), Request::Cancel { run: 16384 });
    for (name, op) in state_ops() {
        add(
            format!("state {name}"),
            Request::State {
                id: 3,
                script_id: "main".to_owned(),
                op,
            },
        );
    }
    for (name, op) in backend_ops() {
        add(
            format!("backend call: {name}"),
            Request::BackendCall {
                id: 4,
                handle: 1,
                op,
            },
        );
    }
    add(
        "backend close".to_owned(),
        Request::BackendClose { handle: 1 },
    );
    for (name, answer) in backend_answers() {
        add(
            format!("host backend answers {name}"),
            Request::Answer {
                call: 5,
                answer: HostAnswer::Backend(answer),
            },
        );
    }
    for (name, value) in values() {
        add(
            format!("host function answers {name}"),
            Request::Answer {
                call: 6,
                answer: HostAnswer::Value(value),
            },
        );
    }
    add(
        "host function throws".to_owned(),
        Request::Answer {
            call: 7,
            answer: HostAnswer::Error(thrown()),
        },
    );
    add("close".to_owned(), Request::Close { id: 8 });
    add(
        "malformed".to_owned(),
        Request::Malformed {
            message: "not a frame".to_owned(),
        },
    );
    samples
}

/// Worker to host.
#[must_use]
pub fn from_worker() -> Vec<Sample<FromWorker>> {
    let mut samples = vec![("worker loaded".to_owned(), FromWorker::WorkerLoaded)];
    let mut add = |name: String, event| samples.push((name, FromWorker::ProcessOutput(1, event)));
    for artifact in [Artifact::Jspi, Artifact::Portable] {
        add(
            format!("ready: {artifact:?}"),
            Event::Ready {
                version: VERSION,
                artifact,
            },
        );
    }
    add(
        "done".to_owned(),
        Event::Answer {
            id: 0,
            answer: Answer::Done,
        },
    );
    for kind in error_kinds() {
        let error = Error::new(kind.clone(), "it failed");
        add(
            format!("failed: {}", kind.code()),
            Event::Answer {
                id: 1,
                answer: Answer::Error(error),
            },
        );
    }
    let traceback = "stack traceback:\n\tmain.lua:1: in main chunk".to_owned();
    let raised = Error {
        traceback,
        ..Error::new(ErrorKind::Lua { value: Value::Nil }, "main.lua:1: é 🦀")
    };
    add(
        "failed in Lua".to_owned(),
        Event::Answer {
            id: 1,
            answer: Answer::Error(raised),
        },
    );
    for (name, value) in values() {
        let outcome = RunOutcome {
            values: vec![value],
            stats: stats(),
        };
        add(
            format!("run returns {name}"),
            Event::Answer {
                id: 1,
                answer: Answer::Run(outcome),
            },
        );
    }
    let nothing = RunOutcome {
        values: Vec::new(),
        stats: RunStats::default(),
    };
    add(
        "run returns nothing".to_owned(),
        Event::Answer {
            id: 1,
            answer: Answer::Run(nothing),
        },
    );
    for (name, answer) in state_answers() {
        add(
            format!("state answers {name}"),
            Event::Answer {
                id: 2,
                answer: Answer::State(answer),
            },
        );
    }
    for (name, answer) in backend_answers() {
        add(
            format!("backend answers {name}"),
            Event::Answer {
                id: 3,
                answer: Answer::Backend(answer),
            },
        );
    }
    for (name, chunk) in [
        ("nothing", vec![]),
        ("bytes", vec![0, 255, b'\n']),
        ("1 MiB", vec![b'x'; MEBIBYTE]),
    ] {
        add(format!("output of {name}"), Event::Output { run: 1, chunk });
    }
    for (name, op) in backend_ops() {
        add(
            format!("calls the host's backend: {name}"),
            Event::Call {
                id: 4,
                call: HostCall::Backend(op),
            },
        );
    }
    let function = HostCall::Function {
        run: 1,
        name: "fetchPage".to_owned(),
        args: vec![text("Main"), Value::Nil],
    };
    add(
        "calls a host function".to_owned(),
        Event::Call {
            id: 5,
            call: function,
        },
    );
    let notice = Notice {
        code: "REOPENED".to_owned(),
        message: "the database was reopened".to_owned(),
    };
    add("notice".to_owned(), Event::Notice(notice));
    add("heartbeat".to_owned(), Event::Heartbeat);
    samples
}

/// Bytes that are no `ToWorker`, each with what is wrong.
#[must_use]
pub fn malformed() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nothing at all", vec![]),
        ("an unknown frame", vec![4]),
        ("a frame without its id", vec![0]),
        ("a frame with a stray byte", vec![3, 0]),
        ("an id without an end", vec![0, 0x80]),
        ("an id over 32 bits", vec![0, 0xff, 0xff, 0xff, 0xff, 0x1f]),
        (
            "an id of too many bytes",
            vec![0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        ),
        ("an unknown request", vec![1, 1, 127]),
        ("a request without its fields", vec![1, 1, 2]),
        ("a string longer than the message", vec![1, 1, 9, 5, b'a']),
        (
            "a string of 2^32-1 bytes",
            vec![1, 1, 9, 0xff, 0xff, 0xff, 0xff, 0x0f, b'a'],
        ),
        ("a string that is not UTF-8", vec![1, 1, 9, 2, 0xc3, 0x28]),
        (
            "a string that is a lone surrogate",
            vec![1, 1, 9, 3, 0xed, 0xa0, 0x80],
        ),
        ("an option that is neither", vec![1, 1, 1, 1, 2]),
        (
            "a sequence of 2^32-1 items",
            vec![1, 1, 1, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ),
        ("a bool that is neither", vec![1, 1, 7, 1, 1, 1, 2]),
        ("garbage", vec![0xde, 0xad, 0xbe, 0xef]),
    ]
}

/// The values that codecs tend to get wrong.
#[must_use]
pub fn values() -> Vec<(&'static str, Value)> {
    let deep = (0..40).fold(Value::Nil, |inner, _| Value::Array(vec![inner]));
    let pairs = [
        ("b", Value::Int(1)),
        ("a", Value::Nil),
        ("", text("")),
        ("__proto__", Value::Bool(true)),
    ];
    vec![
        ("nil", Value::Nil),
        ("false", Value::Bool(false)),
        ("true", Value::Bool(true)),
        ("integer 0", Value::Int(0)),
        ("integer -1", Value::Int(-1)),
        ("integer 63", Value::Int(63)),
        ("integer 64", Value::Int(64)),
        ("integer 2^53-1", Value::Int(TWO_53 - 1)),
        ("integer 2^53", Value::Int(TWO_53)),
        ("integer 2^53+1", Value::Int(TWO_53 + 1)),
        ("integer -2^53-1", Value::Int(-TWO_53 - 1)),
        ("the largest integer", Value::Int(i64::MAX)),
        ("the smallest integer", Value::Int(i64::MIN)),
        ("float 0", Value::Float(0.0)),
        ("float -0", Value::Float(-0.0)),
        ("float 1", Value::Float(1.0)),
        ("float 0.1", Value::Float(0.1)),
        ("float 2^53", Value::Float(9_007_199_254_740_992.0)),
        ("the largest float", Value::Float(f64::MAX)),
        ("the smallest float", Value::Float(5e-324)),
        ("infinity", Value::Float(f64::INFINITY)),
        ("-infinity", Value::Float(f64::NEG_INFINITY)),
        ("not a number", Value::Float(f64::NAN)),
        ("the empty string", text("")),
        ("ASCII", text("hello")),
        ("NUL bytes", text("a\0b\0")),
        ("emoji", text("🦀 👩‍👩‍👧‍👦 🏳️‍🌈")),
        ("accents and CJK", text("héllo→日本語")),
        ("a byte order mark", text("\u{feff}x")),
        ("the last code point", text("\u{10ffff}")),
        ("what stands for a lone surrogate", text("\u{fffd}")),
        ("a string of 127 bytes", text(&"x".repeat(127))),
        ("a string of 128 bytes", text(&"y".repeat(128))),
        ("a string of 1 MiB", text(&"z".repeat(MEBIBYTE))),
        ("no bytes", Value::Bytes(Vec::new())),
        (
            "bytes that are not UTF-8",
            Value::Bytes(vec![0xff, 0, 0xed, 0xa0, 0x80]),
        ),
        ("1 MiB of bytes", Value::Bytes(vec![0xff; MEBIBYTE])),
        ("the empty array", Value::Array(Vec::new())),
        (
            "an array with nil",
            Value::Array(vec![Value::Int(1), Value::Nil, text("x")]),
        ),
        ("the empty object", Value::Object(Vec::new())),
        (
            "an object in its order",
            Value::Object(pairs.map(|(key, value)| (key.to_owned(), value)).into()),
        ),
        ("a deep array", deep),
    ]
}

fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}

fn thrown() -> HostError {
    HostError {
        name: "TypeError".to_owned(),
        message: "no such page: “é”".to_owned(),
    }
}

fn spec(args: Vec<Value>) -> RunSpec {
    let code = if args.is_empty() {
        Vec::new()
    } else {
        b"return '\xe9'".to_vec()
    };
    RunSpec {
        script_id: Some("main".to_owned()),
        code,
        name: Some("counter.lua".to_owned()),
        args,
        limits: RunLimits {
            timeout_ms: Some(1000),
            cpu_ms: Some(0),
            memory_bytes: Some(u32::MAX),
            output_bytes: Some(1 << 20),
        },
        keep_alive: false,
    }
}

fn stats() -> RunStats {
    RunStats {
        wall_ms: 12.5,
        cpu_ms: 0.0,
        peak_memory_bytes: 67_108_864.0,
        reads: 1,
        writes: 200,
    }
}

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

fn keys() -> Vec<String> {
    vec![
        "main:script.main:visits".to_owned(),
        String::new(),
        "any string\0".to_owned(),
    ]
}

fn backends() -> Vec<(&'static str, BackendChoice)> {
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

fn state_ops() -> Vec<(&'static str, StateOp)> {
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

fn state_answers() -> Vec<(&'static str, StateAnswer)> {
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

fn backend_ops() -> Vec<(&'static str, BackendOp)> {
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

fn backend_answers() -> Vec<(&'static str, BackendAnswer)> {
    vec![
        ("done", BackendAnswer::Done),
        ("a record", BackendAnswer::Record(records().pop())),
        ("no record", BackendAnswer::Record(None)),
        ("records", BackendAnswer::Records(records())),
        ("no records", BackendAnswer::Records(Vec::new())),
    ]
}

fn error_kinds() -> Vec<ErrorKind> {
    let limits = [
        Limit::TimeoutMs,
        Limit::CpuMs,
        Limit::MemoryBytes,
        Limit::OutputBytes,
        Limit::SourceBytes,
    ];
    let storage = |cause| ErrorKind::Storage {
        backend: "indexeddb".to_owned(),
        operation: "set".to_owned(),
        keys: keys(),
        cause,
    };
    let mut kinds: Vec<_> = limits
        .map(|limit| ErrorKind::Limit {
            limit,
            value: 1000.0,
        })
        .into();
    kinds.extend([
        ErrorKind::Lua {
            value: text("boom"),
        },
        ErrorKind::Cancelled,
        ErrorKind::Permission,
        ErrorKind::Quota,
        storage(None),
        storage(Some(thrown())),
        ErrorKind::Module,
        ErrorKind::Value {
            path: "value.items[3].owner".to_owned(),
        },
        ErrorKind::Protocol,
        ErrorKind::Host { cause: thrown() },
        ErrorKind::CannotWait,
    ]);
    kinds
}
