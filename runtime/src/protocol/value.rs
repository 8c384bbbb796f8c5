//! Values that cross between the host and Lua.

use super::limits::VALUE_DEPTH;
use serde::{Deserialize, Deserializer, Serialize};
use std::cell::Cell;

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
    Array(#[serde(deserialize_with = "nested")] Vec<Value>),
    /// A table of string keys, in the order they were found; the keys are distinct.
    Object(#[serde(deserialize_with = "nested")] Vec<(String, Value)>),
}

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Refuses what would use up the stack.
fn nested<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    let depth = DEPTH.get();
    // Both sides check what they send; this is for what is forged.
    if depth > VALUE_DEPTH {
        return Err(serde::de::Error::custom("a value nests too deep"));
    }
    DEPTH.set(depth + 1);
    let value = T::deserialize(deserializer);
    DEPTH.set(depth);
    value
}
