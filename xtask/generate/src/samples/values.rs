//! The values that codecs tend to get wrong.

use pubwiki_lua_runtime::protocol::Value;

/// The unit of large messages, in bytes.
pub const MEBIBYTE: usize = 1 << 20;
const TWO_53: i64 = 1 << 53;

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

/// A string.
pub fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}
