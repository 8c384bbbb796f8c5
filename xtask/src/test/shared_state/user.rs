//! One of the users: a browser with a profile of its own.

use crate::browser::{Browser, Engine, Profile};
use crate::package::Flavour;
use crate::paths;
use crate::server::{Said, Server, Site};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How long a page may say nothing.
const SILENCE: Duration = Duration::from_secs(90);

/// A browser of one user.
pub struct User {
    server: Server,
    browser: Browser,
    /// The last progress that it told.
    progress: String,
    /// The browser's data, where it goes with it.
    profile: Option<TempDir>,
}

impl User {
    /// Opens the page in a browser that has run nothing yet.
    pub async fn open(query: &str, bundles: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut user = Self::open_in(folder.path(), query, bundles).await?;
        user.profile = Some(folder);
        Ok(user)
    }

    /// Opens it in one that may have: what it keeps is in this folder.
    pub async fn open_in(profile: &Path, query: &str, bundles: &Path) -> Result<Self> {
        let site = Site::default()
            .folder("/package", paths::target().join(Flavour::Release.folder()))
            .folder("/tests", bundles)
            .file(
                "/tests/shared-state.html",
                include_str!("../../../pages/shared-state.html"),
            );
        let server = Server::start(site, 0).await?;
        let profile = Profile::open(profile)?;
        let path = format!("/tests/shared-state.html?{query}");
        let browser = Browser::launch(Engine::Chromium, profile, server.port(), &path)?;
        Ok(Self {
            server,
            browser,
            progress: "nothing".to_owned(),
            profile: None,
        })
    }

    /// Waits until it says this.
    pub async fn says(&mut self, what: &str) -> Result<()> {
        loop {
            match self.next().await? {
                Said::Progress(line) if line == what => return Ok(()),
                Said::Report(report) => bail!("it reports {report} before it says {what}"),
                _ => {}
            }
        }
    }

    /// What it reports in the end, which is no failure.
    pub async fn report(&mut self) -> Result<Value> {
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

    /// Lets a page go on that waits for that.
    pub fn go_on(&self) {
        self.server.send_on(0, "");
    }

    /// Closes the browser.
    pub async fn close(self) {
        self.browser.close().await;
        drop(self.profile);
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
