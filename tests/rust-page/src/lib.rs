//! A page in Rust that runs Lua in pubwiki-lua's worker: gloo-worker spawns it by the npm package's
//! `worker.js`, and they speak the protocol of `pubwiki-lua-runtime`. Nothing of Lua is in this module.

mod codec;
mod lua;

use lua::{Ended, Lua};
use pubwiki_lua_runtime::protocol::{Artifact, BackendChoice, Durability, Error, Value};
use wasm_bindgen::prelude::*;

/// Counts in State, calls the page, prints, and gives back what it was given.
const SCRIPT: &str = r#"
    local name = ...
    local visits = State.get("script.page.visits", 0) + 1
    State.set("script.page.visits", visits)
    print("hello " .. name, host.add(visits, 0.5))
    return visits, { name, json.null }
"#;

/// Opens a session on the backend, runs scripts, and says, a line each, what it saw.
///
/// # Errors
/// When the worker cannot do that.
#[wasm_bindgen]
pub async fn visit(worker_url: String, database: String) -> Result<Vec<String>, JsError> {
    let backend = BackendChoice::IndexedDb {
        database: Some(database),
        durability: Durability::Relaxed,
    };
    let (mut lua, artifact) = Lua::open(&worker_url, backend, call).await?;
    let artifact = match artifact {
        Artifact::Jspi => "jspi",
        Artifact::Portable => "portable",
    };
    let mut seen = vec![artifact.to_owned()];
    let name = Value::Str("Rust".into());
    seen.push(described(lua.run("page", SCRIPT, vec![name]).await?));
    seen.push(described(
        lua.run("page", "host.missing()", Vec::new()).await?,
    ));
    seen.push(described(
        lua.run("page", "error({ code = 7 })", Vec::new()).await?,
    ));
    lua.close().await?;
    Ok(seen)
}

/// The page's functions.
fn call(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("add", [Value::Int(a), Value::Float(b)]) =>
        {
            #[expect(clippy::cast_precision_loss, reason = "visits are few")]
            Some(Value::Float(*a as f64 + b))
        }
        _ => None,
    }
}

fn described(ended: Ended) -> String {
    let output = String::from_utf8_lossy(&ended.output).into_owned();
    match ended.outcome {
        Ok(outcome) => {
            let values: Vec<_> = outcome.values.iter().map(text).collect();
            output + &values.join(" ")
        }
        Err(Error { message, kind, .. }) => format!("{output}{}: {message}", kind.code()),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Str(text) => format!("'{text}'"),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(text).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => format!("{} fields", fields.len()),
    }
}
