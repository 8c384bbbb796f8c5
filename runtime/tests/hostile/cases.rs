//! Reads the cases.

use pubwiki_lua_runtime::protocol::{RunLimits, Value};
use std::path::Path;

/// Runs after each case, in the same session.
pub const CANARY: &str = include_str!("../../../tests/hostile/canary.lua");

/// A hostile script.
pub struct Case {
    pub file: String,
    pub tries: String,
    pub expected: Expected,
    pub limits: RunLimits,
    pub browser_alone: bool,
    pub code: String,
}

/// How it must end.
pub enum Expected {
    /// With these values.
    Returns(serde_json::Value),
    /// With a Lua error whose message holds this.
    Error(String),
    /// With an error of this code.
    Code(String),
    /// At this limit; at any when it is empty.
    Limit(String),
}

/// Every case of every file.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/hostile");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| {
            path.extension().is_some_and(|extension| extension == "lua")
                && path.file_stem().is_some_and(|stem| stem != "canary")
        })
        .collect();
    files.sort();
    files.iter().flat_map(|path| of_file(path)).collect()
}

fn of_file(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("it can be read");
    let file = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    text.split("--- tries ")
        .skip(1)
        .map(|text| case(&file, text))
        .collect()
}

fn case(file: &str, text: &str) -> Case {
    let mut lines = text.lines().peekable();
    let tries = lines.next().unwrap_or_default().to_owned();
    let (mut expected, mut limits, mut browser_alone) = (None, RunLimits::default(), false);
    while let Some(header) = lines.next_if(|line| line.starts_with("--- ")) {
        let (name, rest) = header[4..].split_once(' ').unwrap_or_default();
        match name {
            "expects" => expected = Some(expectation(rest)),
            "limits" => limits = limits_of(rest),
            "where" => browser_alone = rest == "browser",
            "holds" => {} // others, in the portable artifact: the browser test looks
            _ => panic!("{file}: {tries}: no header is called {name}"),
        }
    }
    Case {
        file: file.to_owned(),
        expected: expected.unwrap_or_else(|| panic!("{file}: {tries}: expects nothing")),
        tries,
        limits,
        browser_alone,
        code: lines.collect::<Vec<_>>().join("\n"),
    }
}

fn expectation(text: &str) -> Expected {
    let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
    match kind {
        "returns" => Expected::Returns(serde_json::from_str(rest).expect("values are JSON")),
        "error" => Expected::Error(rest.to_owned()),
        "code" => Expected::Code(rest.to_owned()),
        "limit" => Expected::Limit(rest.to_owned()),
        _ => panic!("nothing expects {text}"),
    }
}

fn limits_of(text: &str) -> RunLimits {
    let fields: serde_json::Value = serde_json::from_str(text).expect("limits are JSON");
    let field = |name: &str| {
        fields[name]
            .as_u64()
            .and_then(|value| u32::try_from(value).ok())
    };
    RunLimits {
        timeout_ms: field("timeoutMs"),
        cpu_ms: field("cpuMs"),
        memory_bytes: field("memoryBytes"),
        output_bytes: field("outputBytes"),
    }
}

/// A value as JSON, for comparison.
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Nil => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Str(value) => value.as_str().into(),
        Value::Bytes(bytes) => bytes.as_slice().into(),
        Value::Array(items) => items.iter().map(to_json).collect(),
        Value::Object(fields) => serde_json::Value::Object(
            fields
                .iter()
                .map(|(key, field)| (key.clone(), to_json(field)))
                .collect(),
        ),
    }
}
