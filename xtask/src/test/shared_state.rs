//! Two browsers as two users of one NATS server, which is killed, held up and started again, or hard to reach: no update is
//! lost, and each hears of the other's writes.

mod rights;
mod trouble;
mod user;

use super::browser::files::Bundles;
use super::tally::Tally;
use crate::args::Artifact;
use crate::services::nats::{self, Release};
use crate::services::proxy::Proxy;
use anyhow::{Result, ensure};
use std::path::Path;
use trouble::Trouble;
use user::User;

/// Runs those with `only` in their name, in each build of the worker, on each release of the server; ten times as many updates
/// in ten rounds.
///
/// # Errors
/// When the test cannot be set up; not when something was lost.
pub fn test(only: Option<&str>, rounds: u32, bundles: &Bundles, tally: &mut Tally) -> Result<()> {
    let bundles = bundles.folder();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let cases = [
        (Release::Old, Artifact::Portable, Trouble::None),
        (Release::New, Artifact::Jspi, Trouble::None),
        (Release::Old, Artifact::Jspi, Trouble::Kills),
        (Release::New, Artifact::Portable, Trouble::Kills),
        (Release::New, Artifact::Jspi, Trouble::Stops(10)),
        (Release::New, Artifact::Jspi, Trouble::Members),
        (Release::New, Artifact::Portable, Trouble::Followers(6)),
        (Release::New, Artifact::Jspi, Trouble::Slow),
        (Release::New, Artifact::Portable, Trouble::Hangs(6)),
        (Release::Old, Artifact::Jspi, Trouble::Cuts),
    ];
    for (release, artifact, trouble) in cases {
        if only.is_some_and(|only| !trouble.name().contains(only)) {
            continue;
        }
        let updates = trouble.updates() * u64::from(rounds);
        let name = format!(
            "two users of {}{trouble}, {updates} updates each ({})",
            release.name(),
            artifact.name()
        );
        let outcome = runtime.block_on(two_users(release, artifact, trouble, updates, bundles));
        if let Ok(said) = &outcome {
            println!("{name}: {said}");
        }
        tally.one(&name, outcome);
    }
    if only.is_none_or(|only| rights::NAME.contains(only)) {
        tally.one(
            "a user who may not write is told so, and reads on",
            runtime.block_on(rights::reader(bundles)),
        );
    }
    Ok(())
}

/// Where it fails, the servers' logs are kept, and the failure says where.
async fn two_users(
    release: Release,
    artifact: Artifact,
    trouble: Trouble,
    updates: u64,
    bundles: &Path,
) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let outcome = in_folder(release, artifact, trouble, updates, bundles, folder.path()).await;
    outcome.map_err(|error| {
        let kept = folder.keep();
        error.context(format!("the servers' logs are in {}", kept.display()))
    })
}

async fn in_folder(
    release: Release,
    artifact: Artifact,
    trouble: Trouble,
    updates: u64,
    bundles: &Path,
    folder: &Path,
) -> Result<String> {
    let settings = nats::Settings::default();
    let mut servers = nats::cluster(&release.fetch()?, folder, trouble.servers(), settings)?;
    for server in &mut servers {
        server.start()?;
    }
    let (mut urls, mut proxies) = (Vec::new(), Vec::new());
    for server in &servers {
        server.is_ready().await?;
        if let Some(delay) = trouble.delay() {
            let proxy = Proxy::start(server.port(), delay).await?;
            urls.push(proxy.url());
            proxies.push(proxy);
        } else {
            urls.push(server.url());
        }
    }
    let records = trouble.records();
    let query = format!(
        "artifact={}&nats={}&updates={updates}&records={records}",
        artifact.name(),
        urls.join(",")
    );
    let mut one = User::open(&format!("{query}&user=one"), bundles).await?;
    let mut other = User::open(&format!("{query}&user=other"), bundles).await?;
    // Both are there, and have begun.
    tokio::try_join!(one.says("begun"), other.says("begun"))?;
    trouble::make(trouble, &mut servers, &proxies).await?;
    // One that fails ends it: the other would wait for what it was to write.
    let (first, second) = tokio::try_join!(one.report(), other.report())?;
    let reports = [first, second];
    one.close().await;
    other.close().await;
    for report in &reports {
        ensure!(
            report["sum"] == 2 * updates,
            "{} updates have made {}",
            2 * updates,
            report["sum"]
        );
        ensure!(
            report["heard"] == records,
            "of {records} records {} were heard",
            report["heard"]
        );
    }
    Ok(format!(
        "{} ms of updates, and {records} records written and heard in {} ms",
        reports[0]["updatesMs"], reports[1]["recordsMs"]
    ))
}
