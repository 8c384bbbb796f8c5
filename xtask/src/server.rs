//! The server on localhost that a browser's page is loaded from, and that the page reports to.
//!
//! A page says things in two ways: over a WebSocket at `/socket` (binary messages are script
//! output, text messages JSON), or by POSTing JSON, of whatever content type, to `/report` and text to `/progress`.
//! `/next` answers, when there is one, with the page that is to be opened then.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::serve::ListenerExt as _;
use serde_json::Value;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The files and folders that a server serves.
#[derive(Default)]
pub struct Site {
    folders: Vec<(String, PathBuf)>,
    kept_folders: Vec<(String, PathBuf)>,
    files: Vec<(String, &'static str, Bytes)>,
    headers: Vec<(&'static str, &'static str)>,
    wasm: Option<&'static str>,
    has_stdin: bool,
}

impl Site {
    /// Serves a folder's files below `path`, such as `/package`.
    #[must_use]
    pub fn folder(mut self, path: &str, folder: impl Into<PathBuf>) -> Self {
        self.folders.push((path.to_owned(), folder.into()));
        self
    }

    /// The same, and browsers may keep the files; all else is loaded again each time.
    #[must_use]
    pub fn kept_folder(mut self, path: &str, folder: impl Into<PathBuf>) -> Self {
        self.kept_folders.push((path.to_owned(), folder.into()));
        self
    }

    /// Serves one file; its type follows from the path's extension.
    #[must_use]
    pub fn file(mut self, path: &str, body: impl Into<Bytes>) -> Self {
        let kind = match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("js") => "text/javascript",
            Some("json") => "application/json",
            Some("html") => "text/html; charset=utf-8",
            _ => "application/octet-stream",
        };
        self.files.push((path.to_owned(), kind, body.into()));
        self
    }

    /// Gives what this process is given at `/stdin`: each answer is the next part of it, and the last is empty.
    #[must_use]
    pub fn stdin(mut self) -> Self {
        self.has_stdin = true;
        self
    }

    /// Says that WebAssembly is of another type, as servers do that do not know it.
    #[must_use]
    pub fn wasm_type(mut self, kind: &'static str) -> Self {
        self.wasm = Some(kind);
        self
    }

    /// Puts this into the head of each answer, over what is there.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A message of a page.
#[derive(Debug)]
pub enum Said {
    /// A part of a script's output.
    Output(Bytes),
    /// A JSON message on the socket.
    Message(Value),
    /// The socket closed.
    Gone,
    /// A POST to `/report`.
    Report(Value),
    /// A POST to `/progress`.
    Progress(String),
}

/// A running server. It ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    said: UnboundedReceiver<Said>,
    next: UnboundedSender<String>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Serves `site` on 127.0.0.1, on any free port when `port` is 0.
    ///
    /// # Errors
    /// When the port is busy.
    pub async fn start(site: Site, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| {
                format!("cannot bind port {port}; is it busy? Try another with --port")
            })?;
        let address = listener.local_addr()?;
        let (say, said) = unbounded_channel();
        let (next, nexts) = unbounded_channel();
        // Else the end of an answer waits for the browser's acknowledgement of what came before.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let service = axum::serve(listener, router(site, say, nexts));
        Ok(Self {
            address,
            said,
            next,
            task: tokio::spawn(service.into_future()),
        })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Sends the page that has reported, and asks at `/next`, to `path` of an origin with this number: of the same server,
    /// and with storage of its own.
    pub fn send_on(&self, number: u32, path: &str) {
        // Nobody takes it once the server has ended.
        let _ = self.next.send(format!("{number} {path}"));
    }

    /// The next thing that a page says.
    pub async fn next(&mut self) -> Said {
        // The server's own senders live as long as its task, so there is always a next one.
        self.said.recv().await.unwrap_or(Said::Gone)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(site: Site, say: UnboundedSender<Said>, nexts: UnboundedReceiver<String>) -> Router {
    let (report, progress) = (say.clone(), say.clone());
    let nexts = Arc::new(Mutex::new(nexts));
    let mut router =
        Router::new()
            .route(
                "/socket",
                any(move |upgrade: WebSocketUpgrade| async move {
                    upgrade.on_upgrade(|s| listen(s, say))
                }),
            )
            .route(
                "/report",
                post(async move |body: Bytes| {
                    let value = serde_json::from_slice(&body)
                        .map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
                    drop(report.send(Said::Report(value)));
                    Ok::<_, (StatusCode, String)>(())
                }),
            )
            .route(
                "/progress",
                post(move |text: String| async move { drop(progress.send(Said::Progress(text))) }),
            );
    router = router.route(
        "/next",
        get(async move || nexts.lock().await.recv().await.unwrap_or_default()),
    );
    if site.has_stdin {
        router = router.route("/stdin", get(next_of_stdin));
    }
    for (path, kind, body) in site.files {
        let answer = ([(header::CONTENT_TYPE, kind)], body);
        router = router.route(&path, get(async move || answer.clone()));
    }
    for (path, folder) in site.folders {
        let folder = ServeDir::new(folder).with_buf_chunk_size(1 << 20);
        router = if path == "/" {
            router.fallback_service(folder)
        } else {
            router.nest_service(&path, folder)
        };
    }
    let caching = |value| {
        let value = HeaderValue::from_static(value);
        SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, value)
    };
    for (path, folder) in site.kept_folders {
        let kept = Router::new()
            .fallback_service(ServeDir::new(folder))
            .layer(caching("public, max-age=31536000, immutable"));
        router = router.nest_service(&path, kept);
    }
    if let Some(kind) = site.wasm {
        router = router.layer(map_response(async move |mut response: Response| {
            let known = response.headers_mut().get_mut(header::CONTENT_TYPE);
            if let Some(known) = known.filter(|known| *known == "application/wasm") {
                *known = HeaderValue::from_static(kind);
            }
            response
        }));
    }
    for (name, value) in site.headers {
        router = router.layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        ));
    }
    router.layer(caching("no-store"))
}

/// The largest part of the standard input, in bytes.
const PART_BYTES: usize = 64 * 1024;

/// The next part of the standard input; it may be long in coming.
async fn next_of_stdin() -> Result<Vec<u8>, (StatusCode, String)> {
    let (sender, part) = oneshot::channel();
    // The runtime would wait at its end for a thread of its own.
    std::thread::spawn(move || {
        let mut bytes = vec![0; PART_BYTES];
        let part = std::io::stdin().lock().read(&mut bytes).map(|length| {
            bytes.truncate(length);
            bytes
        });
        drop(sender.send(part));
    });
    let failed = |error: String| (StatusCode::INTERNAL_SERVER_ERROR, error);
    match part.await {
        Ok(part) => part.map_err(|error| failed(error.to_string())),
        Err(gone) => Err(failed(gone.to_string())),
    }
}

async fn listen(mut socket: WebSocket, say: UnboundedSender<Said>) {
    while let Some(Ok(message)) = socket.recv().await {
        let said = match message {
            Message::Binary(bytes) => Said::Output(bytes),
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(value) => Said::Message(value),
                Err(_) => break,
            },
            Message::Close(_) => break,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        if say.send(said).is_err() {
            return;
        }
    }
    let _ = say.send(Said::Gone);
}
