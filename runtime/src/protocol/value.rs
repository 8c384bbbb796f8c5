use serde::{Deserialize, Serialize};

/// A value that crosses between the host and Lua: an argument, a result, or what a Lua
/// error was raised with. (Stored values are JSON text instead.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Value {
    /// `nil` and `undefined`; within arrays and objects `json.null` and `null`.
    #[default]
    Nil,
    /// A boolean.
    Bool(bool),
    /// A Lua integer; in JavaScript a number within ±(2^53−1), else a BigInt.
    Int(i64),
    /// A Lua float.
    Float(f64),
    /// A Lua string that is UTF-8.
    Str(String),
    /// Any other Lua string; a Uint8Array in JavaScript.
    Bytes(
        #[serde(with = "serde_bytes")]
        #[cfg_attr(feature = "typescript", ts(type = "Uint8Array"))]
        Vec<u8>,
    ),
    /// A sequence.
    Array(Vec<Value>),
    /// A table of string keys, in the order they were found; the keys are distinct.
    Object(Vec<(String, Value)>),
}
