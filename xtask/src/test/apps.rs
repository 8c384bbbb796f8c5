//! Small apps that use the package as it is published, one for each way to build and serve a page:
//! each is built from the packed tarball and visited twice, and State counts the visits.

mod dev_server;
pub mod install;
mod table;

use super::tally::Tally;
use crate::browser::{Browser, Engine, HOST, Profile};
use crate::process;
use crate::server::{Said, Server, Site};
use anyhow::{Context, Result, bail, ensure};
use dev_server::DevServer;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use table::{APPS, App, Served};

/// How long a page may say nothing: a development server compiles when it is asked.
const SILENCE: Duration = Duration::from_secs(120);

/// Builds and visits the apps whose name has `filter` in it.
///
/// # Errors
/// When the test cannot be set up; not when an app fails.
pub fn test(filter: Option<&str>, tally: &mut Tally) -> Result<()> {
    let wanted: Vec<_> = APPS
        .iter()
        .filter(|app| filter.is_none_or(|filter| app.name.contains(filter)))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let root = install::install()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for app in wanted {
        let started = Instant::now();
        let outcome = build(app, &root).and_then(|()| runtime.block_on(visit(app, &root)));
        let seconds = started.elapsed().as_secs_f64();
        if tally.one(&format!("the app {}", app.name), outcome) {
            println!("the app {} runs: {seconds:.1} s", app.name);
        }
    }
    Ok(())
}

fn build(app: &App, root: &Path) -> Result<()> {
    match app.build.split_first() {
        None => Ok(()),
        Some((tool, arguments)) => process::step(&format!("building {}", app.name), || {
            process::run(command(app, root, tool).args(arguments))
        }),
    }
}

/// A tool of the app's npm packages, in its folder.
fn command(app: &App, root: &Path, tool: &str) -> Command {
    let folder = root.join(app.folder);
    let bin = Path::new("node_modules/.bin").join(tool);
    let own = folder.join(&bin);
    let mut command = Command::new(if own.exists() { own } else { root.join(bin) });
    command.current_dir(folder).envs(QUIET.iter().copied());
    command
}

/// The environment that keeps tools from the network, and from asking.
const QUIET: &[(&str, &str)] = &[("CI", "1"), ("NEXT_TELEMETRY_DISABLED", "1")];

/// What our own server serves. It hears the reports in any case.
fn site(app: &App, root: &Path) -> Site {
    let mut site = Site::default()
        .file(
            &format!("{}/report.js", app.mount.trim_end_matches('/')),
            include_str!("../../../tests/apps/report.js"),
        )
        .folder("/package", root.join("node_modules/pubwiki-lua"));
    if let Served::Folder(folder) | Served::Elsewhere(folder) = app.served {
        site = site.folder(app.mount, root.join(folder));
    }
    if let Some(kind) = app.wasm {
        site = site.wasm_type(kind);
    }
    app.headers
        .iter()
        .fold(site, |site, (name, value)| site.header(name, value))
}

/// Opens the app in a fresh profile and waits for both visits.
async fn visit(app: &App, root: &Path) -> Result<()> {
    let mut server = Server::start(site(app, root), 0).await?;
    let here = format!("http://127.0.0.1:{}", server.port());
    let mut developing = None;
    let (port, url) = match app.served {
        Served::Folder(_) => (server.port(), format!("http://{HOST}{}", app.path)),
        Served::Elsewhere(_) => (
            server.port(),
            format!("http://{HOST}{}?elsewhere={here}", app.path),
        ),
        Served::File(folder) => {
            let file = root.join(folder).join("index.html");
            (
                server.port(),
                format!("file://{}?report={here}", file.display()),
            )
        }
        Served::Development(tool, arguments) => {
            let server = DevServer::start(command(app, root, tool), arguments).await?;
            let port = developing.insert(server).port();
            (port, format!("http://{HOST}{}?report={here}", app.path))
        }
    };
    let profile = tempfile::tempdir()?;
    let profile = Profile::open(profile.path())?;
    let mut browser = Browser::open(Engine::Chromium, profile, port, &url)?;
    let visited = tokio::select! {
        visited = follow(&mut server) => visited,
        error = browser.died() => Err(error),
    };
    browser.close().await;
    match developing {
        None => visited,
        Some(developing) => {
            let log = developing.end().await;
            visited.with_context(|| format!("its development server said:\n{log}"))
        }
    }
}

async fn follow(server: &mut Server) -> Result<()> {
    for expected in 1..=2 {
        let said = report(server).await?;
        ensure!(
            said == json!({ "visits": expected }),
            "at visit {expected} the page said {said}"
        );
    }
    Ok(())
}

async fn report(server: &mut Server) -> Result<Value> {
    loop {
        match tokio::time::timeout(SILENCE, server.next()).await {
            Ok(Said::Report(report)) => return Ok(report),
            Ok(_) => {}
            Err(_) => bail!("no word from the page for {} s", SILENCE.as_secs()),
        }
    }
}
