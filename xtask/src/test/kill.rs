//! The browser is killed in the middle of writes: what was acknowledged is there afterwards,
//! and every batch is there whole or not at all.

use super::tally::Tally;
use crate::browser::{Browser, Engine, Profile};
use crate::build::Flavour;
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
        for round in 1..=rounds {
            let name = format!("killed while it writes to {backend}, round {round} of {rounds}");
            let outcome = runtime.block_on(one_round(backend, round, profile.path()));
            if let Ok(acknowledged) = outcome {
                println!("{name}: {acknowledged} batches were acknowledged, and are there");
            }
            tally.one(&name, outcome);
        }
    }
    Ok(())
}

async fn one_round(backend: &str, round: u32, profile: &Path) -> Result<u64> {
    let acknowledged = write_until_killed(backend, round, profile).await?;
    let mut server = serve().await?;
    let path = format!("/kill.html?backend={backend}");
    let browser = Browser::launch(
        Engine::Chromium,
        Profile::open(profile)?,
        server.port(),
        &path,
    )?;
    let found = say(&mut server).await;
    browser.close().await;
    let found = found?;
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
    Ok(acknowledged)
}

/// Gives the number of the last batch that was acknowledged.
async fn write_until_killed(backend: &str, round: u32, profile: &Path) -> Result<u64> {
    let mut server = serve().await?;
    let path = format!("/kill.html?backend={backend}&write");
    let browser = Browser::launch(
        Engine::Chromium,
        Profile::open(profile)?,
        server.port(),
        &path,
    )?;
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

async fn serve() -> Result<Server> {
    let site = Site::default()
        .folder("/package", paths::target().join(Flavour::Release.folder()))
        .file("/kill.html", include_str!("../../pages/kill.html"))
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
