//! The original package's records, in its own form, as ours.

use crate::json;
use crate::protocol::{Notice, Record, Value};
use crate::script_id::ScriptId;
use crate::text;

/// The name of its database, and what its items in localStorage begin with, before a colon.
pub const NAME: &str = "pubwiki_lua_state";

/// The record that one of its objects becomes, and why it becomes none.
///
/// # Errors
/// What does not fit, in words.
pub fn convert(object: &Value) -> Result<Record, String> {
    let Value::Object(fields) = object else {
        return Err("it is not an object".into());
    };
    let field = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or(&Value::Nil, |(_, value)| value)
    };
    let text = |name: &str| match field(name) {
        Value::Str(text) => Ok(text.as_str()),
        _ => Err(format!("its {name} is not text")),
    };
    let (full_key, namespace) = (text("fullKey")?, text("namespace")?);
    let rest = full_key
        .strip_prefix(namespace)
        .and_then(|rest| rest.strip_prefix('.'))
        .filter(|rest| !rest.is_empty() && !namespace.contains(':'))
        .ok_or("its fullKey is not within its namespace")?;
    let scope = match field("shared") {
        Value::Bool(true) => "*",
        Value::Bool(false) => {
            let script = text("scriptId")?;
            ScriptId::parse(script).map_err(|error| error.message)?;
            script
        }
        _ => return Err("it does not say whether it is shared".into()),
    };
    let at = time(field("timestamp")).ok_or("its timestamp is not a valid time")?;
    let expires_at = match field("expireAt") {
        Value::Nil => None,
        value => Some(time(value).ok_or("its expireAt is not a valid time")?),
    };
    if !fields.iter().any(|(name, _)| name == "value") {
        return Err("it has no value".into());
    }
    Ok(Record {
        key: format!("{scope}:{namespace}:{rest}"),
        value: json::write(field("value")).map_err(|error| error.message)?,
        created_at: at,
        updated_at: at,
        expires_at,
        version: None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "times are below 2^53")]
fn time(value: &Value) -> Option<f64> {
    match value {
        Value::Int(ms) => Some(*ms as f64),
        Value::Float(ms) if ms.is_finite() => Some(*ms),
        _ => None,
    }
}

/// What the page is told of objects that stay where they are: names and reasons.
#[must_use]
pub fn left_behind(left: &[(String, String)]) -> Option<Notice> {
    const SHOWN: usize = 3;
    let mut shown = left
        .iter()
        .take(SHOWN)
        .map(|(name, why)| format!("{}: {why}", text::name(name)))
        .collect::<Vec<_>>()
        .join("; ");
    if left.len() > SHOWN {
        shown += &format!("; and {} more", left.len() - SHOWN);
    }
    (!left.is_empty()).then(|| Notice {
        code: "ORIGINAL_DATA_LEFT".into(),
        message: format!("not imported from the original package's data: {shown}"),
    })
}
