//! JavaScript's values as the protocol's: what was stored as JSON would be.

use js_sys::{Array, Object};
use pubwiki_lua_runtime::protocol::Value;
use pubwiki_lua_runtime::protocol::limits::VALUE_DEPTH;
use wasm_bindgen::{JsCast as _, JsValue};

/// The largest integer that a number holds exactly with its neighbours.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// `value`, if it is data alone.
///
/// # Errors
/// What it holds besides null, booleans, numbers, strings, arrays and plain objects.
pub fn of(value: &JsValue) -> Result<Value, String> {
    convert(value, VALUE_DEPTH)
}

fn convert(value: &JsValue, depth: usize) -> Result<Value, String> {
    if value.is_null() || value.is_undefined() {
        return Ok(Value::Nil);
    }
    if let Some(flag) = value.as_bool() {
        return Ok(Value::Bool(flag));
    }
    if let Some(number) = value.as_f64() {
        return Ok(number_value(number));
    }
    if value.is_string() {
        let text = value
            .as_string()
            .ok_or("it holds a string that is not valid text")?;
        return Ok(Value::Str(text));
    }
    let depth = depth
        .checked_sub(1)
        .ok_or("it holds more than 128 levels")?;
    if Array::is_array(value) {
        let items = value.unchecked_ref::<Array>().iter();
        let items = items.map(|item| convert(&item, depth));
        return Ok(Value::Array(items.collect::<Result<_, _>>()?));
    }
    if !value.is_object() || !is_plain(value.unchecked_ref()) {
        return Err("it holds something that is not data".into());
    }
    let entries = Object::entries(value.unchecked_ref());
    let field = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        let name = entry
            .get(0)
            .as_string()
            .ok_or("it holds a name that is not valid text")?;
        Ok::<_, String>((name, convert(&entry.get(1), depth)?))
    };
    Ok(Value::Object(
        entries.iter().map(field).collect::<Result<_, _>>()?,
    ))
}

fn is_plain(object: &Object) -> bool {
    let prototype = Object::get_prototype_of(object);
    prototype.is_null() || Object::get_prototype_of(&prototype).is_null()
}

fn number_value(number: f64) -> Value {
    let negative_zero = number == 0.0 && number.is_sign_negative();
    if number.trunc() == number && number.abs() <= SAFE && !negative_zero {
        #[expect(clippy::cast_possible_truncation, reason = "it is an integer in range")]
        return Value::Int(number as i64);
    }
    Value::Float(number)
}
