//! Declaring namespaces, and what is about all of State.

use crate::protocol::{Error, ErrorKind, NamespaceConfig, Value};
use crate::sandbox::context::reply::Reply;
use crate::sandbox::context::tank;
use crate::sandbox::native::native_fn::{Api, Call};
use crate::text;

/// To declare a namespace takes as long as to look at so many bytes.
const DECLARED_BYTES: usize = 4096;

/// The functions.
pub(super) const FUNCTIONS: &[(&str, Api)] = &[
    ("register", register),
    ("listNamespaces", list_namespaces),
    ("flush", flush),
];

/// `State.register(config)` and `State.register(scriptId, config)`.
fn register(call: &mut Call<'_>) -> Result<Reply, Error> {
    let (access, index) = if call.is_table(1) {
        (call.access()?, 1)
    } else {
        (call.context.identity.name(call.text(1)?)?, 2)
    };
    let Value::Object(namespaces) = call.value(index)? else {
        return Err(invalid(
            "config",
            "it takes a table from namespaces to their permissions",
        ));
    };
    let configs = namespaces
        .into_iter()
        .map(|(name, config)| parse(&name, config).map(|config| (name, config)))
        .collect::<Result<Vec<_>, _>>()?;
    tank::burn(configs.len().saturating_mul(DECLARED_BYTES));
    access.register(&configs)?;
    Ok(Reply::Nothing)
}

fn parse(namespace: &str, config: Value) -> Result<NamespaceConfig, Error> {
    let name = text::name(namespace);
    let Value::Object(fields) = config else {
        return Err(invalid(
            &name,
            "it takes a table such as { read = true, write = true }",
        ));
    };
    let (mut read, mut write) = (None, None);
    let (mut shared, mut persistent, mut ttl, mut quota) = (false, false, None, None);
    for (field, value) in fields {
        let path = format!("{name}.{}", text::name(&field));
        match field.as_str() {
            "read" => read = Some(flag(&path, &value)?),
            "write" => write = Some(flag(&path, &value)?),
            "shared" => shared = flag(&path, &value)?,
            "persistent" => persistent = flag(&path, &value)?,
            "ttl" => ttl = Some(number(&path, &value)?),
            "quota" => quota = Some(number(&path, &value)?),
            _ => {
                return Err(invalid(
                    &path,
                    "there is no such field; see read, write, shared, persistent, ttl, quota",
                ));
            }
        }
    }
    let needed = |value: Option<bool>, field| {
        value.ok_or_else(|| invalid(&format!("{name}.{field}"), "it is required: true or false"))
    };
    Ok(NamespaceConfig {
        read: needed(read, "read")?,
        write: needed(write, "write")?,
        shared,
        persistent,
        ttl,
        quota,
    })
}

fn flag(path: &str, value: &Value) -> Result<bool, Error> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        _ => Err(invalid(path, "it takes true or false")),
    }
}

fn number(path: &str, value: &Value) -> Result<f64, Error> {
    match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of milliseconds or bytes"
        )]
        Value::Int(number) => Ok(*number as f64),
        Value::Float(number) => Ok(*number),
        _ => Err(invalid(path, "it takes a number")),
    }
}

fn invalid(path: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::Value { path: path.into() },
        format_args!("{path}: {what}"),
    )
}

fn list_namespaces(call: &mut Call<'_>) -> Result<Reply, Error> {
    let names = call
        .access()?
        .namespaces()
        .into_iter()
        .map(|(name, _)| Value::Str(name));
    Ok(Reply::Value(Value::Array(names.collect())))
}

/// Returns when all writes so far are durable, and other tabs read them.
fn flush(call: &mut Call<'_>) -> Result<Reply, Error> {
    let flushed = call.access()?.flush();
    Ok(Reply::Later(Box::pin(async move {
        flushed.await.map(|()| Reply::Nothing)
    })))
}
