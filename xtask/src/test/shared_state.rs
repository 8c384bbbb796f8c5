//! Two browsers as two users of one NATS server, which is killed, held up and started again: no update is lost, and each
//! hears of the other's writes.

use super::browser::files::Bundles;
use super::tally::Tally;
use crate::args::Artifact;
use crate::browser::{Browser, Engine, Profile};
use crate::package::Flavour;
use crate::server::{Said, Server, Site};
use crate::services::nats::{self, Release};
use crate::{paths, process};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How long a page may say nothing.
const SILENCE: Duration = Duration::from_secs(90);

/// How often each user updates the key, in each round.
const UPDATES: u64 = 500;

/// How many records one user writes at once, for the other to hear.
const RECORDS: u64 = 10_000;

/// What the users' bucket is to the servers.
const STREAM: &str = "KV_state";

/// What befalls the server while users write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// `kill -9`, twice.
    Kills,
    /// It stands still for so many seconds.
    Stops(u64),
    /// Of three servers that are one cluster, each is killed in its turn, the leader among them.
    Members,
    /// Of such a cluster all but the leader stand still for so many seconds: what users write is on its way until then.
    Followers(u64),
}

impl Trouble {
    /// What `--only shared-state/NAME` names it by.
    fn name(self) -> &'static str {
        match self {
            Self::None => "calm",
            Self::Kills => "kills",
            Self::Stops(_) => "stops",
            Self::Members => "members",
            Self::Followers(_) => "followers",
        }
    }
}

/// Runs those with `only` in their name, in each build of the worker, on each release of the server; ten times as many updates
/// in ten rounds.
///
/// # Errors
/// When the test cannot be set up; not when something was lost.
pub fn test(only: Option<&str>, rounds: u32, tally: &mut Tally) -> Result<()> {
    let bundles = process::step("bundling the browser tests", Bundles::make)?;
    let bundles = bundles.folder();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let updates = UPDATES * u64::from(rounds);
    let cases = [
        (Release::Old, Artifact::Portable, Trouble::None),
        (Release::New, Artifact::Jspi, Trouble::None),
        (Release::Old, Artifact::Jspi, Trouble::Kills),
        (Release::New, Artifact::Portable, Trouble::Kills),
        (Release::New, Artifact::Jspi, Trouble::Stops(10)),
        (Release::New, Artifact::Jspi, Trouble::Members),
        (Release::New, Artifact::Portable, Trouble::Followers(6)),
    ];
    for (release, artifact, trouble) in cases {
        if only.is_some_and(|only| !trouble.name().contains(only)) {
            continue;
        }
        let what = match trouble {
            Trouble::None => String::new(),
            Trouble::Kills => ", killed twice".to_owned(),
            Trouble::Stops(seconds) => format!(", held up for {seconds} s"),
            Trouble::Members => ", three of them, each killed".to_owned(),
            Trouble::Followers(seconds) => {
                format!(", three of them, two held up for {seconds} s")
            }
        };
        let name = format!(
            "two users of {}{what}, {updates} updates each ({})",
            release.name(),
            artifact.name()
        );
        let outcome = runtime.block_on(two_users(release, artifact, trouble, updates, bundles));
        if let Ok(said) = &outcome {
            println!("{name}: {said}");
        }
        tally.one(&name, outcome);
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
    let count = match trouble {
        Trouble::Members | Trouble::Followers(_) => 3,
        _ => 1,
    };
    let mut servers = nats::cluster(&release.fetch()?, folder, count)?;
    for server in &mut servers {
        server.start()?;
    }
    let mut urls = Vec::new();
    for server in &servers {
        server.is_ready().await?;
        urls.push(server.url());
    }
    let query = format!(
        "artifact={}&nats={}&updates={updates}&records={RECORDS}",
        artifact.name(),
        urls.join(",")
    );
    let mut one = User::open(&format!("{query}&user=one"), bundles).await?;
    let mut other = User::open(&format!("{query}&user=other"), bundles).await?;
    // Both are there, and have begun.
    one.says("begun").await?;
    other.says("begun").await?;
    make_trouble(trouble, &mut servers).await?;
    // One that fails ends it: the other would wait for what it was to write.
    let (first, second) = tokio::try_join!(one.report(), other.report())?;
    let reports = [first, second];
    one.browser.close().await;
    other.browser.close().await;
    for report in &reports {
        ensure!(
            report["sum"] == 2 * updates,
            "{} updates have made {}",
            2 * updates,
            report["sum"]
        );
        ensure!(
            report["heard"] == RECORDS,
            "of {RECORDS} records {} were heard",
            report["heard"]
        );
    }
    Ok(format!(
        "{} ms of updates, and {RECORDS} records written and heard in {} ms",
        reports[0]["updatesMs"], reports[1]["recordsMs"]
    ))
}

async fn make_trouble(trouble: Trouble, servers: &mut [nats::Server]) -> Result<()> {
    let kills = match trouble {
        Trouble::None => return Ok(()),
        Trouble::Stops(seconds) => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            servers[0].suspend(true)?;
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            return servers[0].suspend(false);
        }
        Trouble::Followers(seconds) => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let leader = nats::leader(servers, STREAM).await?;
            let followers = || (0..servers.len()).filter(|at| *at != leader);
            for at in followers() {
                servers[at].suspend(true)?;
            }
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            for at in followers() {
                servers[at].suspend(false)?;
            }
            return Ok(());
        }
        Trouble::Kills => 2,
        Trouble::Members => servers.len(),
    };
    for kill in 0..kills {
        let server = &mut servers[kill % servers.len()];
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.kill()?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.start()?;
        server.is_ready().await?;
    }
    Ok(())
}

/// A browser of one user.
struct User {
    server: Server,
    browser: Browser,
    /// The last progress that it told.
    progress: String,
    _profile: TempDir,
}

impl User {
    async fn open(query: &str, bundles: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let site = Site::default()
            .folder("/package", paths::target().join(Flavour::Release.folder()))
            .folder("/tests", bundles)
            .file(
                "/tests/shared-state.html",
                include_str!("../../pages/shared-state.html"),
            );
        let server = Server::start(site, 0).await?;
        let profile = Profile::open(folder.path())?;
        let path = format!("/tests/shared-state.html?{query}");
        let browser = Browser::launch(Engine::Chromium, profile, server.port(), &path)?;
        Ok(Self {
            server,
            browser,
            progress: "nothing".to_owned(),
            _profile: folder,
        })
    }

    /// Waits until it says this.
    async fn says(&mut self, what: &str) -> Result<()> {
        loop {
            match self.next().await? {
                Said::Progress(line) if line == what => return Ok(()),
                Said::Report(report) => bail!("it reports {report} before it says {what}"),
                _ => {}
            }
        }
    }

    async fn report(&mut self) -> Result<Value> {
        loop {
            if let Said::Report(report) = self.next().await? {
                ensure!(
                    report["failures"] == serde_json::json!([]),
                    "a user was told of failures: {report}"
                );
                return Ok(report);
            }
        }
    }

    async fn next(&mut self) -> Result<Said> {
        let said = tokio::select! {
            said = tokio::time::timeout(SILENCE, self.server.next()) => said,
            error = self.browser.died() => return Err(error),
        };
        let said = said.with_context(|| {
            let seconds = SILENCE.as_secs();
            format!(
                "a page has said nothing for {seconds} s after {}",
                self.progress
            )
        })?;
        if let Said::Progress(line) = &said {
            self.progress.clone_from(line);
        }
        Ok(said)
    }
}
