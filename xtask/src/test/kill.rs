//! The browser is killed in the middle of writes: what was acknowledged is there afterwards,
//! and every batch is there whole or not at all.

use super::leveldb;
use super::tally::Tally;
use crate::browser::{Browser, Engine, Profile};
use crate::package::Flavour;
use crate::paths;
use crate::server::{Said, Server, Site};
use anyhow::{Result, bail, ensure};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// How long a page may say nothing.
const SILENCE: Duration = Duration::from_secs(60);
/// The backends that survive it.
const BACKENDS: [&str; 2] = ["indexeddb", "opfs"];

/// Kills and reopens, `rounds` times for each backend, all in one profile for each.
///
/// # Errors
/// When the test cannot be set up; not when something was lost.
pub fn test(rounds: u32, tally: &mut Tally) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for backend in BACKENDS {
        let profile = tempfile::tempdir()?;
        let mut before = 0;
        for round in 1..=rounds {
            let name = format!("killed while it writes to {backend}, round {round} of {rounds}");
            let outcome = runtime.block_on(one_round(backend, round, before, profile.path()));
            if let Ok(last) = outcome {
                println!("{name}: {last} batches are there, and all that were acknowledged");
                before = last;
            }
            tally.one(&name, outcome);
        }
    }
    let outcome = runtime.block_on(torn_log());
    tally.one(
        "killed again after a kill that tore IndexedDB's log",
        outcome,
    );
    let outcome = runtime.block_on(damaged_log());
    tally.one(
        "notified of a database that the browser had to remove",
        outcome,
    );
    Ok(())
}

/// Chromium goes on behind an entry that is torn, and loses everything the next time, unless it
/// is made to begin another log.
async fn torn_log() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let before = one_round("indexeddb", 1, 0, profile.path()).await?;
    let mut log = leveldb::log(profile.path())?;
    log.tear()?;
    one_round("indexeddb", 2, before, profile.path())
        .await
        .map(drop)
}

/// Right after the kill: a browser that opens the database may begin a log in which nothing is.
async fn damaged_log() -> Result<()> {
    let profile = tempfile::tempdir()?;
    write_until_killed("indexeddb", 1, profile.path()).await?;
    let mut log = leveldb::log(profile.path())?;
    log.damage()?;
    let told = open(profile.path(), "/kill.html?backend=indexeddb&notices").await?;
    ensure!(
        told["notices"] == serde_json::json!(["STORAGE_LOST"]),
        "the page was told {told}"
    );
    Ok(())
}

/// Gives the number of the last batch that is there; up to `before` they were there already.
async fn one_round(backend: &str, round: u32, before: u64, profile: &Path) -> Result<u64> {
    let acknowledged = write_until_killed(backend, round, profile).await?;
    ensure!(
        acknowledged > before,
        "batch {before} was there, and the next one that was written is {acknowledged}"
    );
    let found = open(profile, &format!("/kill.html?backend={backend}")).await?;
    let last = found["last"].as_u64().unwrap_or_default();
    ensure!(
        last >= acknowledged,
        "batch {acknowledged} was acknowledged, and {last} is the last that is there"
    );
    let broken = found["broken"].as_array().map_or(0, Vec::len);
    ensure!(
        broken == 0,
        "these batches are not there whole: {}",
        found["broken"]
    );
    Ok(last)
}

/// What the page at `path` says first.
async fn open(profile: &Path, path: &str) -> Result<Value> {
    let mut server = serve().await?;
    let browser = launch(profile, &server, path)?;
    let said = say(&mut server).await;
    browser.close().await;
    said
}

/// Gives the number of the last batch that was acknowledged.
async fn write_until_killed(backend: &str, round: u32, profile: &Path) -> Result<u64> {
    let mut server = serve().await?;
    let path = format!("/kill.html?backend={backend}&write");
    let browser = launch(profile, &server, &path)?;
    let mut acknowledged = number(&say(&mut server).await?)?;
    // Another moment in each round.
    let end = tokio::time::sleep(Duration::from_millis(u64::from(round * 137 % 700)));
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            message = say(&mut server) => acknowledged = number(&message?)?,
        }
    }
    browser.kill().await?;
    Ok(acknowledged)
}

fn launch(profile: &Path, server: &Server, path: &str) -> Result<Browser> {
    let profile = Profile::open(profile)?;
    Browser::launch(Engine::Chromium, profile, server.port(), path)
}

async fn serve() -> Result<Server> {
    let site = Site::default()
        .folder("/package", paths::target().join(Flavour::Release.folder()))
        .file("/kill.html", include_str!("../../pages/kill.html"))
        .file("/batches.js", include_str!("../../pages/batches.js"))
        .file("/kill.js", include_str!("../../pages/kill.js"));
    Server::start(site, 0).await
}

/// What the page says next on its socket.
async fn say(server: &mut Server) -> Result<Value> {
    loop {
        match tokio::time::timeout(SILENCE, server.next()).await {
            Ok(Said::Message(message)) => return Ok(message),
            Ok(Said::Gone) => bail!("the page went away"),
            Ok(_) => {}
            Err(_) => bail!("the page has said nothing for {} s", SILENCE.as_secs()),
        }
    }
}

fn number(message: &Value) -> Result<u64> {
    match message["acknowledged"].as_u64() {
        Some(number) => Ok(number),
        None => bail!("the page cannot write: {message}"),
    }
}
