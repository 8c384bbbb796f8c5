//! `json` in Lua.

use crate::json;
use crate::protocol::{Error, ErrorKind, Value};
use crate::sandbox::context::reply::Reply;
use crate::sandbox::native::native_fn::{Api, Call};

/// The functions of `json`.
pub(in crate::sandbox) const FUNCTIONS: &[(&str, Api)] =
    &[("encode", encode), ("decode", decode), ("array", array)];

/// The size from which a value is measured before it is written, in bytes; that takes longer.
const LARGE_BYTES: usize = 64 * 1024;

fn encode(call: &mut Call<'_>) -> Result<Reply, Error> {
    let value = call.value(1)?;
    let write = match call.held.bytes() {
        0..LARGE_BYTES => json::write_metered,
        _ => json::write_measured,
    };
    write(&value, &call.meter()).map(|text| Reply::Bytes(text.into_bytes()))
}

fn decode(call: &mut Call<'_>) -> Result<Reply, Error> {
    match json::parse_metered(call.text(1)?, &call.meter())? {
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
        return Err(Error::new(
            ErrorKind::Value {
                path: "argument 1".into(),
            },
            "bad argument #1 to 'array' (table expected)",
        ));
    }
    Ok(Reply::Argument(1))
}
