//! The tests in the browser: each bundle of `tests/browser`, in each artifact, in a fresh
//! profile.

use super::rust_page;
use super::tally::Tally;
use super::web::Web;
use crate::args::Artifact;
use crate::browser::{Browser, Engine, Profile};
use crate::build;
use crate::package::Flavour;
use crate::server::{Said, Server, Site};
use crate::{package, paths, process};
use anyhow::{Result, anyhow, bail};
use serde::Deserialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a bundle may say nothing.
const SILENCE: Duration = Duration::from_secs(90);

/// A bundle with this in its name runs once, and the longer the more rounds there are.
const SOAK: &str = "soak";

/// One with this in its name runs once too: it takes long, and a soak runs the same scripts more often.
const HOSTILE: &str = "hostile";

/// How long such a bundle may say nothing, for each round.
const SOAK_SILENCE: Duration = Duration::from_secs(240);

/// What a file has in it when it uses the worker with test-only functions.
const TESTING: &str = "testing-package";

/// What a file has in it when it visits the page in Rust.
const RUST_PAGE: &str = "/rust-page/";

/// What a file has in it when it controls its browser.
const DEVTOOLS: &str = "support/devtools";

/// What a bundle POSTs when it is done.
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

/// Runs the bundles whose file has `filter` in its name, `rounds` times.
///
/// # Errors
/// When the tests cannot be bundled or listed.
pub fn test(engine: Engine, filter: Option<&str>, rounds: u32, tally: &mut Tally) -> Result<()> {
    let bundles = paths::target().join("xtask").join("tests");
    let mut files = files(filter)?;
    if engine != Engine::Chromium {
        files.retain(|file| {
            let runs = !mentions(file, DEVTOOLS);
            if !runs {
                println!("{file}: runs in Chromium alone, which it controls");
            }
            runs
        });
    }
    if files.is_empty() {
        return Ok(());
    }
    let bundled = process::step("bundling the browser tests", || {
        process::run(
            package::npm_run("bundle-tests").arg(format!("--outdir={}", bundles.display())),
        )
    });
    if !tally.one("the browser tests bundle", bundled) {
        return Ok(());
    }
    if files.iter().any(|file| mentions(file, TESTING)) {
        let built = build::build(Flavour::Testing);
        if !tally.one("the package for tests builds", built) {
            return Ok(());
        }
    }
    if files.iter().any(|file| mentions(file, RUST_PAGE))
        && !tally.one("the page in Rust builds", rust_page::build())
    {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for round in 1..=rounds {
        for file in &files {
            let soak = file.contains(SOAK);
            let once = soak || file.contains(HOSTILE);
            if once && round > 1 {
                continue;
            }
            for artifact in Artifact::ALL {
                let mut name = format!("{file} ({})", artifact.name());
                if soak {
                    name += &format!(", {rounds} rounds");
                } else if rounds > 1 && !once {
                    name += &format!(", round {round} of {rounds}");
                }
                let started = Instant::now();
                match runtime.block_on(bundle(engine, &bundles, file, artifact, rounds)) {
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

/// The test files as `FOLDER/NAME.test`, without their extension.
fn files(filter: Option<&str>) -> Result<Vec<String>> {
    let folder = paths::root().join("tests/browser");
    let mut files = Vec::new();
    for path in paths::files_below(&folder, ".test.ts")? {
        let name = path.strip_prefix(&folder)?.to_string_lossy().into_owned();
        if filter.is_none_or(|filter| name.contains(filter))
            && let Some(stem) = name.strip_suffix(".ts")
        {
            files.push(stem.to_owned());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a test file has this in it.
fn mentions(file: &str, what: &str) -> bool {
    std::fs::read_to_string(paths::root().join(format!("tests/browser/{file}.ts")))
        .is_ok_and(|text| text.contains(what))
}

/// Runs one bundle in a browser of its own.
async fn bundle(
    engine: Engine,
    bundles: &Path,
    file: &str,
    artifact: Artifact,
    rounds: u32,
) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    let mut profile = Profile::open(folder.path())?;
    let mut site = Site::default()
        .folder("/package", paths::target().join(Flavour::Release.folder()))
        .folder(
            "/package-testing",
            paths::target().join(Flavour::Testing.folder()),
        )
        .folder("/rust-page", rust_page::folder())
        .folder("/tests", bundles)
        .file("/tests/index.html", include_str!("../../pages/test.html"))
        .file("/tests/tab.html", include_str!("../../pages/tab.html"))
        .file(
            "/tests/under-policy.html",
            include_str!("../../pages/under-policy.html"),
        );
    if mentions(file, DEVTOOLS) {
        profile = profile.debuggable();
        site = site.folder("/profile", folder.path());
    }
    let mut server = Server::start(site, 0).await?;
    let web = Web::start().await?;
    let path = format!(
        "/tests/index.html?file={file}&artifact={}&rounds={rounds}&web={}",
        artifact.name(),
        web.host()
    );
    let silence = match file.contains(SOAK) {
        true => SOAK_SILENCE * rounds,
        false => SILENCE,
    };
    let mut browser = Browser::launch(engine, profile, server.port(), &path)?;
    let report = tokio::select! {
        report = follow(&mut server, silence) => report,
        error = browser.died() => Err(error),
    };
    browser.close().await;
    report
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
