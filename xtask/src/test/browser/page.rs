//! The page that runs one bundle, in a browser of its own or in one that has run others.

use super::files::{Bundles, Need, TestFile, Treatment};
use crate::args::Artifact;
use crate::browser::{Browser, Engine, Profile};
use crate::package::Flavour;
use crate::paths;
use crate::server::{Said, Server, Site};
use crate::test::lanes::Share;
use crate::test::rust_page;
use crate::test::web::Web;
use anyhow::{Result, anyhow, bail, ensure};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// How many bundles one browser runs: what each leaves in its memory adds up.
const PAGES: u32 = 12;

/// The report that a bundle POSTs when it is done.
#[derive(Deserialize)]
pub struct Report {
    name: String,
    pub passed: u64,
    pub failed: u64,
    pub failures: Vec<Failure>,
}

#[derive(Deserialize)]
pub struct Failure {
    pub test: String,
    pub message: String,
}

/// A bundle in one build of the worker, in one browser.
pub struct Page {
    pub bundles: Arc<Bundles>,
    pub engine: Engine,
    pub file: TestFile,
    pub artifact: Artifact,
    /// Whether its scripts' functions are compiled as early as can be.
    pub compiles_early: bool,
    pub round: u32,
    pub rounds: u32,
    pub treatment: Treatment,
    pub share: Share,
}

/// A browser with one page after the other. Each is of another origin, whose storage is empty.
pub struct Window {
    engine: Engine,
    browser: Browser,
    server: Server,
    pages: u32,
    _folder: TempDir,
}

impl Page {
    /// As reports name it.
    pub fn name(&self) -> String {
        let mut name = format!(
            "{} ({}, {}{})",
            self.file.path(),
            self.engine.name(),
            self.artifact.name(),
            if self.compiles_early {
                ", compiled early"
            } else {
                ""
            }
        );
        if self.file.is_soak() {
            name += &format!(", {} rounds", self.rounds);
        } else if self.rounds > 1 && !self.treatment.once {
            name += &format!(", round {} of {}", self.round, self.rounds);
        }
        name
    }

    /// Runs it in `window`, if there is one that will do, and leaves there the one that it ran in, if that will do for others.
    pub async fn visit(&self, window: &mut Option<Window>) -> Result<Report> {
        let web = Web::start().await?;
        let path = format!(
            "/tests/index.html?file={}&artifact={}&compile={}&engine={}&rounds={}&timeout={}&web={}",
            self.file.path(),
            self.artifact.name(),
            if self.compiles_early { "early" } else { "" },
            self.engine.name(),
            self.rounds,
            self.treatment.timeout.as_millis(),
            web.host()
        );
        // Others find a browser as if it were new, but for what these may leave behind: workers that compute, settings.
        let apart = self.treatment.heavy
            || [Need::DevTools, Need::PrivateWindow, Need::TestingPackage]
                .iter()
                .any(|&need| self.needs(need));
        let mut open = match window.take() {
            Some(mut open) if !apart && open.engine == self.engine && open.pages < PAGES => {
                open.pages += 1;
                open.server.send_on(open.pages, &path);
                open
            }
            used => {
                if let Some(used) = used {
                    used.close().await;
                }
                self.open(&path).await?
            }
        };
        let report = tokio::select! {
            report = follow(&mut open.server, self, self.treatment.silence) => report,
            error = open.browser.died() => Err(error),
        };
        match &report {
            Ok(report) if !apart && report.failed == 0 => *window = Some(open),
            _ => open.close().await,
        }
        report
    }

    fn needs(&self, need: Need) -> bool {
        self.bundles.needs(&self.file, need)
    }

    async fn open(&self, path: &str) -> Result<Window> {
        let folder = tempfile::tempdir()?;
        let mut profile = Profile::open(folder.path())?;
        let mut site = Site::default()
            .folder("/package", paths::target().join(Flavour::Release.folder()))
            .folder(
                "/package-testing",
                paths::target().join(Flavour::Testing.folder()),
            )
            .folder("/rust-page", rust_page::folder())
            .folder("/tests", self.bundles.folder())
            .file(
                "/tests/index.html",
                include_str!("../../../pages/test.html"),
            )
            .file("/tests/tab.html", include_str!("../../../pages/tab.html"))
            .file(
                "/tests/under-policy.html",
                include_str!("../../../pages/under-policy.html"),
            );
        if self.needs(Need::PrivateWindow) {
            profile = profile.private();
        }
        if self.needs(Need::DevTools) {
            profile = profile.debuggable();
            site = site.folder("/profile", folder.path());
        }
        let server = Server::start(site, 0).await?;
        let browser = Browser::launch(self.engine, profile, server.port(), path)?;
        Ok(Window {
            engine: self.engine,
            browser,
            server,
            pages: 1,
            _folder: folder,
        })
    }
}

impl Window {
    /// Ends the browser.
    pub async fn close(self) {
        self.browser.close().await;
    }
}

async fn follow(server: &mut Server, page: &Page, silence: Duration) -> Result<Report> {
    let name = page.name();
    let mut last = "its first test".to_owned();
    loop {
        let Ok(said) = tokio::time::timeout(silence, server.next()).await else {
            bail!(
                "no word from the page for {} s, after {last}",
                silence.as_secs()
            );
        };
        match said {
            Said::Progress(line) => match line.strip_prefix("note: ") {
                Some(note) => println!("  {name}: {note}"),
                None => last = line,
            },
            Said::Report(report) => {
                let report: Report = serde_json::from_value(report)
                    .map_err(|error| anyhow!("the report is not understood: {error}"))?;
                ensure!(
                    report.name == page.file.path(),
                    "{} failed when it was over: {}",
                    report.name,
                    report
                        .failures
                        .first()
                        .map_or("", |failure| &failure.message)
                );
                return Ok(report);
            }
            Said::Output(_) | Said::Message(_) | Said::Gone => {}
        }
    }
}
