//! A server that keeps State for the user's document's remote backend: `/STORE/health`,
//! `/STORE/state` and `/STORE/state/KEY`. What is PUT to `/STORE/answers` says how all of them
//! answer from then on.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// How a store answers.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answers {
    /// As it should.
    #[default]
    Well,
    /// With status 404.
    Missing,
    /// With status 500.
    Broken,
    /// With something that is not JSON, and status 200.
    Garbage,
    /// Not at all; with status 503 once the choice is another.
    Never,
}

#[derive(Default)]
struct Store {
    answers: Answers,
    records: BTreeMap<String, Value>,
}

#[derive(Default)]
struct All {
    stores: Mutex<HashMap<String, Store>>,
    /// Told whenever a store is to answer otherwise.
    chosen: Notify,
}

type Stores = Arc<All>;

/// The routes.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let stores = Stores::default();
    Router::new()
        .route("/{store}/health", get(async || StatusCode::OK))
        .route("/{store}/state", get(all).delete(clear))
        .route("/{store}/state/{key}", get(one).put(keep).delete(remove))
        .layer(from_fn_with_state(stores.clone(), as_chosen))
        .route("/{store}/answers", put(choose))
        .layer(from_fn(for_other_origins))
        .with_state(stores)
}

/// What `work` makes of a store, which is there from its first use on.
fn with<T>(stores: &Stores, name: &str, work: impl FnOnce(&mut Store) -> T) -> T {
    let mut stores = stores.stores.lock().unwrap_or_else(PoisonError::into_inner);
    work(stores.entry(name.to_owned()).or_default())
}

async fn choose(State(stores): State<Stores>, Path(name): Path<String>, Json(how): Json<Answers>) {
    with(&stores, &name, |store| store.answers = how);
    stores.chosen.notify_waiters();
}

async fn as_chosen(
    State(stores): State<Stores>,
    Path(path): Path<HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    let name = path.get("store").map_or("", String::as_str);
    let chosen = stores.chosen.notified();
    match with(&stores, name, |store| store.answers) {
        Answers::Well => next.run(request).await,
        Answers::Missing => StatusCode::NOT_FOUND.into_response(),
        Answers::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Answers::Garbage => "<html>".into_response(),
        Answers::Never => {
            chosen.await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn all(State(stores): State<Stores>, Path(name): Path<String>) -> Json<Vec<Value>> {
    Json(with(&stores, &name, |store| {
        store.records.values().cloned().collect()
    }))
}

async fn clear(State(stores): State<Stores>, Path(name): Path<String>) {
    with(&stores, &name, |store| store.records.clear());
}

async fn one(
    State(stores): State<Stores>,
    Path((name, key)): Path<(String, String)>,
) -> Result<Json<Value>, StatusCode> {
    let found = with(&stores, &name, |store| store.records.get(&key).cloned());
    found.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn keep(
    State(stores): State<Stores>,
    Path((name, key)): Path<(String, String)>,
    Json(record): Json<Value>,
) -> StatusCode {
    if record["key"] != key.as_str() {
        return StatusCode::BAD_REQUEST;
    }
    with(&stores, &name, |store| store.records.insert(key, record));
    StatusCode::NO_CONTENT
}

async fn remove(State(stores): State<Stores>, Path((name, key)): Path<(String, String)>) {
    with(&stores, &name, |store| store.records.remove(&key));
}

/// Lets other origins' pages use it: a browser asks first, by OPTIONS.
async fn for_other_origins(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let allow = |headers: &mut HeaderMap, name: HeaderName, value| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    let headers = response.headers_mut();
    allow(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    allow(
        headers,
        header::ACCESS_CONTROL_ALLOW_METHODS,
        "GET, PUT, DELETE",
    );
    allow(
        headers,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "content-type",
    );
    response
}
