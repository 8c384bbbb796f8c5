//! The web that browser tests use: a server on loopback, of another origin than the page, with
//! plain modules, wikis that answer as MediaWiki's API does, and below `/remote` one that keeps
//! State.

mod remote;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running web. It ends when it is dropped.
pub struct Web {
    port: u16,
    task: JoinHandle<std::io::Result<()>>,
}

impl Web {
    /// Serves on any free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let counts = Arc::new(Counts {
            port,
            slow: AtomicU32::new(0),
            flaky: AtomicU32::new(0),
        });
        let router = Router::new()
            .nest("/remote", remote::router())
            .fallback(answer)
            .with_state(counts);
        let service = axum::serve(listener, router);
        Ok(Self {
            port,
            task: tokio::spawn(service.into_future()),
        })
    }

    /// Host and port.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How often what was asked for.
struct Counts {
    port: u16,
    slow: AtomicU32,
    flaky: AtomicU32,
}

async fn answer(State(counts): State<Arc<Counts>>, uri: Uri) -> Response {
    let port = counts.port;
    let text = |text: String| open((StatusCode::OK, text).into_response());
    let moved = |to: String| open((StatusCode::FOUND, [(header::LOCATION, to)]).into_response());
    let refused = |status: StatusCode| open(status.into_response());
    match uri.path() {
        "/plain.lua" => text("\nreturn { name = ..., fail = function() error('oops') end }".into()),
        "/slow.lua" => {
            let count = counts.slow.fetch_add(1, Ordering::Relaxed) + 1;
            tokio::time::sleep(Duration::from_millis(200)).await;
            text(format!("return {count}"))
        }
        "/flaky.lua" if counts.flaky.fetch_add(1, Ordering::Relaxed) == 0 => {
            refused(StatusCode::SERVICE_UNAVAILABLE)
        }
        "/flaky.lua" => text("return 'up again'".into()),
        "/large.lua" => text(format!("return 1{}", " ".repeat(4 * 1024 * 1024))),
        "/never.lua" => std::future::pending().await,
        "/moved.lua" => moved("/plain.lua".into()),
        "/elsewhere.lua" => moved(format!("http://localhost:{port}/plain.lua")),
        // As a real server's page for an error, which other origins may not read.
        "/api.php" => (StatusCode::NOT_FOUND, "<html>").into_response(),
        path @ ("/w/api.php" | "/old/api.php") => {
            let title = uri.query().unwrap_or_default().split("titles=").nth(1);
            text(wiki(title.unwrap_or_default(), path.starts_with("/old")).to_string())
        }
        _ => refused(StatusCode::NOT_FOUND),
    }
}

/// Lets other origins read it.
fn open(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::HeaderValue::from_static("*"),
    );
    response
}

/// What the API says of a page: of today's MediaWiki, or of one before slots.
fn wiki(title: &str, is_old: bool) -> Value {
    let source = match title {
        "Module:Main" => "local helper = require('Module:Helper') return helper.of(...)",
        "Module:Helper" => "return { of = function(name) return 'helped ' .. name end }",
        "Module:Broken" => "\nerror('broken page')",
        // Where its redirect leads; the API resolves that.
        "Module:Renamed" => "return 'the new place'",
        "Module:Busy" => {
            return json!({ "error": {
                "code": "ratelimited",
                "info": "You've exceeded your rate limit.",
                "docref": "See api.php for API usage.",
            } });
        }
        _ => {
            let page = json!({ "ns": 828, "title": title, "missing": true });
            return json!({ "batchcomplete": true, "query": { "pages": [page] } });
        }
    };
    let revision = if is_old {
        json!({ "contentformat": "text/plain", "contentmodel": "Scribunto", "content": source })
    } else {
        json!({ "slots": { "main": {
            "contentmodel": "Scribunto", "contentformat": "text/plain", "content": source,
        } } })
    };
    let mut query = json!({ "pages": [
        { "pageid": 7, "ns": 828, "title": title, "revisions": [revision] },
    ] });
    if title == "Module:Renamed" {
        query["redirects"] = json!([{ "from": title, "to": "Module:New" }]);
        query["pages"][0]["title"] = "Module:New".into();
    }
    json!({ "batchcomplete": true, "query": query })
}
