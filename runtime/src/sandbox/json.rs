//! `json` in Lua.

use super::call::{Api, Call, Reply};
use super::context::Context;
use super::errors::fail;
use super::fuel;
use crate::json;
use crate::protocol::{Error, ErrorKind, Value};

/// The functions of `json`.
pub(super) const FUNCTIONS: &[(&str, Api)] =
    &[("encode", encode), ("decode", decode), ("array", array)];

fn encode(call: &mut Call<'_>) -> Result<Reply, Error> {
    let (state, context) = (call.state, call.context);
    // SAFETY: the state is running this call.
    let pace = |units| unsafe { fuel::work(state, context, units) };
    json::write_paced(&call.value(1)?, &pace).map(|text| Reply::Bytes(text.into_bytes()))
}

fn decode(call: &mut Call<'_>) -> Result<Reply, Error> {
    let text = call.text(1)?;
    // Each value but the first comes after one of these.
    let values = text
        .bytes()
        .filter(|byte| matches!(byte, b',' | b':' | b'['))
        .count();
    if values.saturating_mul(size_of::<Value>()) > call.context.limits.memory_bytes {
        // SAFETY: the state is running this call.
        return Err(unsafe { Context::out_of_memory(call.state) });
    }
    let (state, context) = (call.state, call.context);
    // SAFETY: the state is running this call.
    match json::parse_paced(text, &|units| unsafe { fuel::work(state, context, units) })? {
        Value::Nil => Ok(Reply::Null),
        value => Ok(Reply::Value(value)),
    }
}

/// `json.array(t?)`: marks a table as an array, so that it is `[]` when empty.
fn array(call: &mut Call<'_>) -> Result<Reply, Error> {
    if call.is_nil(1) {
        return Ok(Reply::Value(Value::Array(Vec::new())));
    }
    if !call.mark_array(1) {
        return fail(
            ErrorKind::Value {
                path: "argument 1".into(),
            },
            "bad argument #1 to 'array' (table expected)",
        );
    }
    Ok(Reply::Argument(1))
}
