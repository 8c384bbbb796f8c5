//! The tests in the browser: each bundle of `tests/browser`, in each browser and artifact.

pub mod files;
pub mod page;

use super::lanes::Share;
use super::rust_page;
use super::tally::Tally;
use crate::args::Artifact;
use crate::browser::Engine;
use crate::build;
use crate::package::Flavour;
use anyhow::Result;
use files::{Bundles, Need, TestFile, Treatment};
use page::Page;
use std::sync::Arc;

/// Builds what the files need whose folder or name has one of `filters` in it, or all, and gives the pages that run them, `rounds` times,
/// in each of `engines`: none when something does not build.
///
/// # Errors
/// When the tests cannot be listed, or a browser is missing and cannot be installed.
pub fn prepare(
    engines: &[Engine],
    filters: &[&str],
    rounds: u32,
    bundles: &Arc<Bundles>,
    tally: &mut Tally,
) -> Result<Vec<Page>> {
    let files = files::list(filters)?;
    for engine in engines {
        engine.prepare()?;
    }
    let needed = |need| files.iter().any(|file| bundles.needs(file, need));
    if needed(Need::TestingPackage) {
        let built = build::build(Flavour::Testing);
        if !tally.step("the package for tests builds", built) {
            return Ok(Vec::new());
        }
    }
    if needed(Need::RustPage) && !tally.step("the page in Rust builds", rust_page::build()) {
        return Ok(Vec::new());
    }
    Ok(plan(engines, &files, bundles, rounds, !filters.is_empty()))
}

/// Which pages there are to visit.
fn plan(
    engines: &[Engine],
    files: &[TestFile],
    bundles: &Arc<Bundles>,
    rounds: u32,
    is_named: bool,
) -> Vec<Page> {
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
                let page = |artifact, compiles_early| Page {
                    bundles: Arc::clone(bundles),
                    engine,
                    file: file.clone(),
                    artifact,
                    compiles_early,
                    round,
                    rounds,
                    treatment: treatment.clone(),
                    share: share(engine, file, bundles, &treatment),
                };
                for &artifact in Artifact::of(engine) {
                    pages.push(page(artifact, false));
                }
                if engine == Engine::Chromium && round == 1 && file.runs_scripts() {
                    pages.push(page(Artifact::Jspi, true));
                }
            }
        }
    }
    pages
}

/// How much of the machine a file takes.
fn share(engine: Engine, file: &TestFile, bundles: &Bundles, treatment: &Treatment) -> Share {
    // A worker that hangs, as only this package's do, keeps a core of WebKit's busy.
    let hangs = engine == Engine::Webkit && bundles.needs(file, Need::TestingPackage);
    if hangs || bundles.needs(file, Need::Machine) {
        Share::Whole
    } else if treatment.heavy || bundles.needs(file, Need::HalfMachine) {
        Share::Half
    } else {
        Share::Third
    }
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
