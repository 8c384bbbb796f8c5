//! The tests in Node, Deno and Bun, with the package as it is published: those of `tests/node`, and those of
//! `tests/browser` that need no page. And a test in each environment of Vitest's.

use super::apps::install::copy;
use super::tally::Tally;
use super::web::Web;
use crate::args::Artifact;
use crate::package::esbuild;
use crate::services::nats::{self, Settings};
use crate::{browser, paths, process, setup, tarball};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long a file's tests may take.
const LONGEST: Duration = Duration::from_secs(180);

/// Where a test runs.
struct Engine {
    name: &'static str,
    /// What starts it; a relative path is one in the tests' folder.
    command: &'static [&'static str],
    /// The build that is the best there.
    artifact: Artifact,
    /// The files of `tests/browser` that run there.
    browser_tests: &'static [&'static str],
    /// The files of `tests/node` that do not.
    without: &'static [&'static str],
}

/// The file whose tests need a NATS server: it holds the backend's code, which is the same in each engine.
const NATS: &str = "nats";

/// What crosses between client and worker, and what keeps a script within its limits.
const MOST: &[&str] = &[
    "api/options",
    "api/runner",
    "api/streams",
    "api/waiting",
    "backends/page-backend",
    "errors/script-errors",
    "errors/wire-errors",
    "language/language",
    "limits/run-limits",
    "modules/modules",
    "state/export-import",
    "state/namespaces",
    "values/any-value",
    "values/conversion",
];

/// Some of it.
const SOME: &[&str] = &[
    "api/runner",
    "api/streams",
    "language/language",
    "modules/modules",
];

const ENGINES: &[Engine] = &[
    Engine {
        name: "Node",
        // Node 20 has its WebSocket behind a flag.
        command: &["node", "--experimental-websocket"],
        artifact: Artifact::Portable,
        browser_tests: MOST,
        without: &[],
    },
    Engine {
        name: "Deno",
        command: &["node_modules/.bin/deno", "run", "--allow-all"],
        artifact: Artifact::Jspi,
        browser_tests: SOME,
        without: &[NATS],
    },
    Engine {
        name: "Bun",
        command: &["node_modules/.bin/bun"],
        artifact: Artifact::Jspi,
        browser_tests: SOME,
        without: &[NATS],
    },
];

/// Runs them all; with more `rounds`, processes are killed more often.
///
/// # Errors
/// When the tests cannot be set up; not when one fails.
pub fn test(rounds: u32, tally: &mut Tally) -> Result<()> {
    let root = install()?;
    let own = own_tests()?;
    let mut bundled = tally.one(
        "the tests for Node bundle",
        bundle(&own, "tests/node", &root),
    );
    bundled &= tally.one(
        "the browser tests bundle for Node",
        bundle(MOST, "tests/browser", &root),
    );
    if !bundled {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for engine in ENGINES {
        let own = own.iter().map(String::as_str);
        let own = own.filter(|file| !engine.without.contains(file));
        for file in own.chain(engine.browser_tests.iter().copied()) {
            let name = format!("{} in {}", file, engine.name);
            let started = Instant::now();
            match runtime.block_on(run(engine, file, &root, rounds)) {
                Ok(report) => report.tell(&name, started.elapsed(), tally),
                Err(error) => drop(tally.one(&name, Err::<(), _>(error))),
            }
        }
    }
    let vitest = process::step("a test in each environment of Vitest's", || {
        process::run(
            Command::new(root.join("node_modules/.bin/vitest"))
                .arg("run")
                .env("CHROMIUM", browser::Engine::Chromium.binary()?)
                .current_dir(root.join("vitest")),
        )
    });
    tally.one(
        "Vitest runs scripts in Node, jsdom, happy-dom and a browser",
        vitest,
    );
    Ok(())
}

/// Copies what is not bundled, installs the engines, Vitest and our package, and gives back where they are.
fn install() -> Result<PathBuf> {
    let root = paths::target().join("node");
    let from = paths::root().join("tests/node");
    std::fs::create_dir_all(&root)?;
    for name in [
        "package.json",
        "package-lock.json",
        ".npmrc",
        "scripts",
        "vitest",
    ] {
        copy(&from.join(name), &root.join(name))?;
    }
    // What the browser that is killed writes too.
    copy(
        &paths::root().join("xtask/pages/batches.js"),
        &root.join("scripts/batches.js"),
    )?;
    setup::npm_packages(&root)?;
    process::step("installing the packed package", || {
        tarball::install(&tarball::pack()?, &root)
    })?;
    Ok(root)
}

/// The tests of `tests/node`, without their extension.
fn own_tests() -> Result<Vec<String>> {
    let files = paths::files_below(&paths::root().join("tests/node"), ".test.ts")?;
    let names = files
        .iter()
        .filter_map(|file| file.file_name()?.to_str()?.strip_suffix(".test.ts"));
    let mut names: Vec<_> = names.map(str::to_owned).collect();
    names.sort();
    Ok(names)
}

fn bundle(names: &[impl AsRef<str>], folder: &str, root: &Path) -> Result<()> {
    let harness = paths::root().join("tests/node/harness/index.ts");
    process::run(
        esbuild()
            .args(names.iter().map(|name| {
                paths::root()
                    .join(folder)
                    .join(format!("{}.test.ts", name.as_ref()))
            }))
            .args([
                "--bundle",
                "--format=esm",
                "--platform=node",
                "--target=es2022",
            ])
            .args([
                "--loader:.lua=text",
                "--loader:.out=text",
                "--external:pubwiki-lua",
            ])
            .args(["--out-extension:.js=.mjs", "--sourcemap=inline"])
            .arg(format!("--alias:test-runner={}", harness.display()))
            .arg(format!(
                "--outbase={}",
                paths::root().join(folder).display()
            ))
            .arg(format!("--outdir={}", root.join("tests").display())),
    )
}

/// What the tests of a file came to.
#[derive(Default)]
struct Report {
    passed: u64,
    failures: Vec<(String, String)>,
    notes: Vec<String>,
}

/// A line that the tests print.
#[derive(Deserialize)]
struct Line {
    passed: Option<String>,
    failed: Option<String>,
    message: Option<String>,
    note: Option<String>,
    done: Option<bool>,
}

impl Report {
    /// Of what a process has printed.
    ///
    /// # Errors
    /// When it did not run to its end.
    fn of(output: &Output) -> Result<Self> {
        let (mut report, mut done) = (Self::default(), false);
        let printed = String::from_utf8_lossy(&output.stdout);
        for line in printed.lines() {
            // What else is printed is the tests' own.
            let Ok(line) = serde_json::from_str::<Line>(line) else {
                continue;
            };
            report.passed += u64::from(line.passed.is_some());
            if let Some(test) = line.failed {
                report
                    .failures
                    .push((test, line.message.unwrap_or_default()));
            }
            report.notes.extend(line.note);
            done |= line.done.unwrap_or_default();
        }
        if !done || !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!("it ended with {} after\n{printed}\n{errors}", output.status);
        }
        Ok(report)
    }

    fn tell(self, name: &str, took: Duration, tally: &mut Tally) {
        let failed = self.failures.len() as u64;
        println!(
            "{name}: {} passed, {failed} failed in {:.1} s",
            self.passed,
            took.as_secs_f64()
        );
        for note in self.notes {
            println!("  {note}");
        }
        tally.add(self.passed, failed);
        for (test, message) in self.failures {
            tally.failure(&format!("{name}: {test}"), &message);
        }
    }
}

/// Runs the tests of a bundle.
async fn run(engine: &Engine, file: &str, root: &Path, rounds: u32) -> Result<Report> {
    let web = Web::start().await?;
    let store = tempfile::tempdir()?;
    let server = match file {
        NATS => Some(nats::alone(store.path(), Settings::default()).await?),
        _ => None,
    };
    let server_url = server.as_ref().map(nats::Server::url).unwrap_or_default();
    let [program, arguments @ ..] = engine.command else {
        bail!("{} has no command", engine.name);
    };
    let program = if program.contains('/') {
        root.join(program)
    } else {
        program.into()
    };
    let running = tokio::process::Command::new(program)
        .args(arguments)
        .arg(root.join("tests").join(format!("{file}.test.mjs")))
        .args([
            engine.artifact.name(),
            &web.host(),
            &rounds.to_string(),
            &server_url,
        ])
        .current_dir(root)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let Ok(output) = tokio::time::timeout(LONGEST, running).await else {
        bail!("it takes longer than {} s", LONGEST.as_secs());
    };
    Report::of(&output?)
}
