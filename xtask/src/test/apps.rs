//! Small apps that use the package as it is published, one for each way to build and serve a page:
//! each is built from the packed tarball and visited twice, and State counts the visits.

mod dev_server;
mod install;
mod table;

use super::tally::Tally;
use crate::browser::{Browser, Engine, Profile};
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

/// What keeps tools from the network, and from asking.
const QUIET: &[(&str, &str)] = &[("CI", "1"), ("NEXT_TELEMETRY_DISABLED", "1")];

/// Opens the app in a fresh profile and waits for both visits.
async fn visit(app: &App, root: &Path) -> Result<()> {
    let mut site = Site::default();
    if let Served::Folder(folder) = app.served {
        site = site.folder("/", root.join(folder));
    }
    for (name, value) in app.headers {
        site = site.header(name, value);
    }
    let mut server = Server::start(site, 0).await?;
    let developing = match app.served {
        Served::Folder(_) => None,
        Served::Development([tool, arguments @ ..]) => {
            Some(DevServer::start(command(app, root, tool), arguments).await?)
        }
        Served::Development([]) => bail!("the app names no development server"),
    };
    let (port, path) = match &developing {
        None => (server.port(), app.path.to_owned()),
        Some(other) => (
            other.port(),
            format!("{}?report=http://127.0.0.1:{}", app.path, server.port()),
        ),
    };
    let profile = tempfile::tempdir()?;
    let profile = Profile::open(profile.path())?;
    let mut browser = Browser::launch(Engine::Chromium, profile, port, &path)?;
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
