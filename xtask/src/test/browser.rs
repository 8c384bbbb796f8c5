//! The tests in the browser: each bundle of `tests/browser`, in each artifact, in a fresh
//! profile.

pub mod files;

use super::rust_page;
use super::tally::Tally;
use super::web::Web;
use crate::args::Artifact;
use crate::browser::{Browser, Engine, Profile};
use crate::package::Flavour;
use crate::server::{Said, Server, Site};
use crate::{build, paths, process};
use anyhow::{Result, anyhow, bail};
use files::{Bundles, Need, TestFile, Treatment};
use serde::Deserialize;
use std::time::{Duration, Instant};

/// The report that a bundle POSTs when it is done.
#[derive(Deserialize)]
struct Report {
    passed: u64,
    failed: u64,
    failures: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    test: String,
    message: String,
}

/// Runs the files whose folder or name has `filter` in it, `rounds` times.
///
/// # Errors
/// When the tests cannot be listed.
pub fn test(engine: Engine, filter: Option<&str>, rounds: u32, tally: &mut Tally) -> Result<()> {
    let mut files = files::list(filter)?;
    if files.is_empty() {
        return Ok(());
    }
    let bundled = process::step("bundling the browser tests", Bundles::make);
    let bundles = match bundled {
        Ok(bundles) => bundles,
        Err(error) => {
            tally.one("the browser tests bundle", Err::<(), _>(error));
            return Ok(());
        }
    };
    tally.add(1, 0);
    if engine != Engine::Chromium {
        files.retain(|file| {
            let runs = !bundles.needs(file, Need::DevTools);
            if !runs {
                println!("{}: runs in Chromium alone, which it controls", file.path());
            }
            // A soak is long, and what it finds is in what all engines share.
            let soaks = file.is_soak() && filter.is_none();
            if soaks {
                println!("{}: runs in Chromium, or if --only names it", file.path());
            }
            runs && !soaks
        });
    }
    let needed = |need| files.iter().any(|file| bundles.needs(file, need));
    if needed(Need::TestingPackage) {
        let built = build::build(Flavour::Testing);
        if !tally.one("the package for tests builds", built) {
            return Ok(());
        }
    }
    if needed(Need::RustPage) && !tally.one("the page in Rust builds", rust_page::build()) {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for round in 1..=rounds {
        for file in &files {
            let treatment = file.treatment(rounds);
            if treatment.once && round > 1 {
                continue;
            }
            for &artifact in Artifact::of(engine) {
                let mut name = format!("{} ({})", file.path(), artifact.name());
                if file.is_soak() {
                    name += &format!(", {rounds} rounds");
                } else if rounds > 1 && !treatment.once {
                    name += &format!(", round {round} of {rounds}");
                }
                let started = Instant::now();
                let page = Page {
                    engine,
                    bundles: &bundles,
                    file,
                    artifact,
                };
                match runtime.block_on(page.visit(&treatment, rounds)) {
                    Ok(report) => {
                        let seconds = started.elapsed().as_secs_f64();
                        println!(
                            "{name}: {} passed, {} failed in {seconds:.1} s",
                            report.passed, report.failed
                        );
                        tally.add(report.passed, report.failed);
                        for failure in report.failures {
                            tally.failure(&format!("{name}: {}", failure.test), &failure.message);
                        }
                    }
                    Err(error) => drop(tally.one(&name, Err::<(), _>(error))),
                }
            }
        }
    }
    Ok(())
}

/// The page that runs one bundle, in a browser of its own.
struct Page<'a> {
    engine: Engine,
    bundles: &'a Bundles,
    file: &'a TestFile,
    artifact: Artifact,
}

impl Page<'_> {
    async fn visit(&self, treatment: &Treatment, rounds: u32) -> Result<Report> {
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
            .file("/tests/index.html", include_str!("../../pages/test.html"))
            .file("/tests/tab.html", include_str!("../../pages/tab.html"))
            .file(
                "/tests/under-policy.html",
                include_str!("../../pages/under-policy.html"),
            );
        if self.bundles.needs(self.file, Need::DevTools) {
            profile = profile.debuggable();
            site = site.folder("/profile", folder.path());
        }
        let mut server = Server::start(site, 0).await?;
        let web = Web::start().await?;
        let path = format!(
            "/tests/index.html?file={}&artifact={}&engine={}&rounds={rounds}&timeout={}&web={}",
            self.file.path(),
            self.artifact.name(),
            self.engine.name(),
            treatment.timeout.as_millis(),
            web.host()
        );
        let mut browser = Browser::launch(self.engine, profile, server.port(), &path)?;
        let report = tokio::select! {
            report = follow(&mut server, treatment.silence) => report,
            error = browser.died() => Err(error),
        };
        browser.close().await;
        report
    }
}

async fn follow(server: &mut Server, silence: Duration) -> Result<Report> {
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
                Some(note) => println!("  {note}"),
                None => last = line,
            },
            Said::Report(report) => {
                return serde_json::from_value(report)
                    .map_err(|error| anyhow!("the report is not understood: {error}"));
            }
            Said::Output(_) | Said::Message(_) | Said::Gone => {}
        }
    }
}
