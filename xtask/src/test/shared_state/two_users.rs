//! Two users who add to a number, and write and hear many records, while something befalls their servers.

use super::trouble::{self, Trouble};
use super::user::User;
use crate::args::Artifact;
use crate::services::nats::{self, Release, Settings};
use crate::services::net::Net;
use crate::services::proxy::Proxy;
use anyhow::{Context as _, Result, ensure};
use std::path::Path;

/// How much the clock of one user may be ahead of the other's, in milliseconds.
const AHEAD_MS: u64 = 3_600_000;

/// What two users do, and what befalls them.
#[derive(Clone, Copy)]
pub struct TwoUsers {
    /// The server.
    pub release: Release,
    /// The build of the worker.
    pub artifact: Artifact,
    pub trouble: Trouble,
    /// How often each adds to the number.
    pub updates: u64,
    /// Whether one user's clock is ahead by an hour. Else one has a lease, renews it, and lets it lapse, where there is no trouble.
    pub is_ahead: bool,
}

impl TwoUsers {
    /// What the report calls it.
    pub fn name(self) -> String {
        format!(
            "two users of {}{}, {}{} updates each ({})",
            self.release.name(),
            self.trouble,
            if self.is_ahead {
                "one an hour ahead, "
            } else {
                ""
            },
            self.updates,
            self.artifact.name()
        )
    }

    /// Has them do it. Where it fails, the servers' logs are kept, and the failure says where.
    ///
    /// # Errors
    /// When an update was lost, or a write not heard, or a server or a browser is not to be had.
    pub async fn run(self, bundles: &Path) -> Result<String> {
        let folder = tempfile::tempdir()?;
        let outcome = self.run_in(folder.path(), bundles).await;
        outcome.map_err(|error| {
            let kept = folder.keep();
            error.context(format!("the servers' logs are in {}", kept.display()))
        })
    }

    async fn run_in(self, folder: &Path, bundles: &Path) -> Result<String> {
        let Self {
            release,
            trouble,
            updates,
            ..
        } = self;
        let net = match trouble {
            Trouble::Partition => Some(Net::open(trouble.servers())?),
            _ => None,
        };
        let settings = Settings {
            net: net.as_ref(),
            ..Settings::default()
        };
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
        let query = self.query(&urls);
        let ahead = match self.is_ahead {
            true => format!("&ahead={AHEAD_MS}"),
            false => String::new(),
        };
        let mut one = User::open(&format!("{query}&user=one{ahead}"), bundles).await?;
        let mut other = User::open(&format!("{query}&user=other"), bundles).await?;
        // Both are there, and have begun.
        let begun = async |user: &mut User, name| user.says("begun").await.context(name);
        tokio::try_join!(
            begun(&mut one, "user one"),
            begun(&mut other, "the other user")
        )?;
        trouble::make(trouble, &mut servers, &proxies, net.as_ref()).await?;
        // One that fails ends it: the other would wait for what it was to write.
        let (first, second) = tokio::try_join!(one.report(), other.report())?;
        one.close().await;
        other.close().await;
        let (sum, records) = (2 * updates, trouble.records());
        for report in [&first, &second] {
            for (what, wanted) in [
                ("sum", sum),
                ("atLeader", sum),
                ("heard", records),
                ("lease", 0),
            ] {
                ensure!(
                    report[what] == wanted,
                    "{what} is to be {wanted} in {report}"
                );
            }
            if let Some(delay) = trouble.delay().filter(|delay| !delay.is_zero()) {
                let way = 2 * delay.as_millis();
                let took = report["readsMs"].as_u64().map(u128::from);
                ensure!(
                    took.is_some_and(|ms| ms < way),
                    "1,000 reads are to be from memory, faster than the {way} ms there and back: {report}"
                );
            }
            ensure!(
                report["last"] == "other",
                "what was written last is not what is there: {report}"
            );
        }
        Ok(format!(
            "{} ms of updates, and {records} records written and heard in {} ms",
            first["updatesMs"], second["recordsMs"]
        ))
    }

    fn query(self, urls: &[String]) -> String {
        let lease = match self.trouble {
            Trouble::None if !self.is_ahead => "&lease=1",
            _ => "",
        };
        format!(
            "artifact={}&nats={}&updates={}&records={}{lease}",
            self.artifact.name(),
            urls.join(","),
            self.updates,
            self.trouble.records(),
        )
    }
}
