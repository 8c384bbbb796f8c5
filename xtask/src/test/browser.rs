//! The tests in the browser: each bundle of `tests/browser`, in each browser and artifact; two side
//! by side, but what measures time alone.

pub mod files;
mod page;

use super::rust_page;
use super::tally::Tally;
use crate::args::Artifact;
use crate::browser::Engine;
use crate::package::Flavour;
use crate::{build, process};
use anyhow::Result;
use files::{Bundles, Need, TestFile};
use page::{Page, Window};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Instant;

/// How many browsers run side by side: most tests wait for timers and disks most of the time.
const LANES: usize = 2;

/// Runs the files whose folder or name has `filter` in it, `rounds` times, in each of `engines`.
///
/// # Errors
/// When the tests cannot be listed, or a browser is missing and cannot be installed.
pub fn test(
    engines: &[Engine],
    filter: Option<&str>,
    rounds: u32,
    tally: &mut Tally,
) -> Result<()> {
    let files = files::list(filter)?;
    if files.is_empty() {
        return Ok(());
    }
    for engine in engines {
        engine.prepare()?;
    }
    let bundled = process::step("bundling the browser tests", Bundles::make);
    let bundles = match bundled {
        Ok(bundles) => bundles,
        Err(error) => {
            tally.one("the browser tests bundle", Err::<(), _>(error));
            return Ok(());
        }
    };
    let needed = |need| files.iter().any(|file| bundles.needs(file, need));
    if needed(Need::TestingPackage) {
        let built = build::build(Flavour::Testing);
        if !tally.step("the package for tests builds", built) {
            return Ok(());
        }
    }
    if needed(Need::RustPage) && !tally.step("the page in Rust builds", rust_page::build()) {
        return Ok(());
    }
    let pages = plan(engines, &files, &bundles, rounds, filter.is_some());
    let (alone, together): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| {
        // A worker that hangs, as only this package's do, keeps a core of WebKit's busy.
        let hangs = page.engine == Engine::Webkit && bundles.needs(page.file, Need::TestingPackage);
        hangs || page.treatment.alone || bundles.needs(page.file, Need::Machine)
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let tally = RefCell::new(tally);
    let started = Instant::now();
    runtime.block_on(async {
        let queue = Queue::new(together.into());
        let lanes: [_; LANES] = std::array::from_fn(|_| lane(&bundles, &queue, &tally));
        let [one, other] = lanes;
        tokio::join!(one, other);
    });
    let together = started.elapsed().as_secs_f64();
    runtime.block_on(lane(&bundles, &Queue::new(alone.into()), &tally));
    let whole = started.elapsed().as_secs_f64();
    println!(
        "the browser tests took {whole:.0} s: side by side {together:.0} s, alone {:.0} s",
        whole - together
    );
    Ok(())
}

/// Which pages there are to visit.
fn plan<'a>(
    engines: &[Engine],
    files: &'a [TestFile],
    bundles: &Bundles,
    rounds: u32,
    is_named: bool,
) -> Vec<Page<'a>> {
    let mut pages = Vec::new();
    for &engine in engines {
        let files: Vec<_> = files
            .iter()
            .filter(|file| runs_in(engine, file, bundles, is_named))
            .collect();
        for round in 1..=rounds {
            for &file in &files {
                let treatment = file.treatment(rounds);
                if treatment.once && round > 1 {
                    continue;
                }
                for &artifact in Artifact::of(engine) {
                    pages.push(Page {
                        engine,
                        file,
                        artifact,
                        round,
                        rounds,
                        treatment: treatment.clone(),
                    });
                }
            }
        }
    }
    pages
}

/// Whether a file runs in this browser; says so when it does not.
fn runs_in(engine: Engine, file: &TestFile, bundles: &Bundles, is_named: bool) -> bool {
    if engine == Engine::Chromium {
        return true;
    }
    if bundles.needs(file, Need::DevTools) {
        println!("{}: runs in Chromium alone, which it controls", file.path());
        return false;
    }
    // A soak is long, and what it finds is in what all engines share.
    if file.is_soak() && !is_named {
        println!("{}: runs in Chromium, or if --only names it", file.path());
        return false;
    }
    true
}

/// Pages that are still to be visited.
type Queue<'a> = RefCell<VecDeque<Page<'a>>>;

/// Visits one page after the other.
async fn lane(bundles: &Bundles, queue: &Queue<'_>, tally: &RefCell<&mut Tally>) {
    let mut window = None;
    loop {
        let Some(page) = queue.borrow_mut().pop_front() else {
            if let Some(window) = window {
                Window::close(window).await;
            }
            return;
        };
        let started = Instant::now();
        let outcome = page.visit(bundles, &mut window).await;
        let seconds = started.elapsed().as_secs_f64();
        let name = page.name();
        let mut tally = tally.borrow_mut();
        match outcome {
            Ok(report) => {
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
