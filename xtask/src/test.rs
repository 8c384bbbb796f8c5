//! `cargo xtask test`: every test there is, and one line that counts them.

mod apps;
mod browser;
mod cargo;
mod kill;
mod leveldb;
mod node;
pub mod rust_page;
mod shared_state;
mod tally;
mod web;

use crate::args::TestArgs;
use crate::browser::Engine;
use crate::build;
use crate::package::Flavour;
use crate::{package, paths, process, setup, wasm};
use anyhow::Result;
use std::process::ExitCode;
use tally::Tally;

/// The groups that `--only` can name; it can name a browser test's file too, and is else a
/// filter of the Rust tests. `apps/NAME` names apps, and `shared-state/NAME` cases.
const TYPES: &str = "types";
const RUST: &str = "rust";
const CLI: &str = "cli";
const BROWSER: &str = "browser";
const KILL: &str = "kill";
const APPS: &str = "apps";
const NODE: &str = "node";
const SHARED_STATE: &str = "shared-state";

const GROUPS: [&str; 8] = [TYPES, RUST, CLI, BROWSER, KILL, APPS, NODE, SHARED_STATE];

/// How often the browser is killed at least.
const KILLS: u32 = 3;

/// Runs the tests. The exit code tells whether all passed, and at least one ran.
///
/// # Errors
/// When something that is needed is missing and cannot be installed; not when a test fails.
pub fn test(args: &TestArgs) -> Result<ExitCode> {
    let only = args.only.as_deref();
    // `apps/NAME` names apps, and `shared-state/NAME` cases of that group.
    let (only, part) = match only.and_then(|name| name.split_once('/')) {
        Some((group @ (APPS | SHARED_STATE), part)) => (Some(group), Some(part)),
        _ => (only, None),
    };
    let named = only.is_some_and(|name| GROUPS.contains(&name));
    let wanted = |group| only.is_none_or(|name| !named || name == group);
    let filter = only.filter(|_| !named);
    // A name such as `api/runner` is of a browser test's file: those of Rust's tests have no slash.
    let of_rust = filter.is_none_or(|filter| !filter.contains('/'));
    let apps = wanted(APPS) && filter.is_none();
    setup::build_tools()?;
    setup::npm_packages(&paths::host_js())?;
    let mut tally = Tally::default();
    if wanted(TYPES) && filter.is_none() {
        tally.group(TYPES, |tally| {
            let checked = process::step("checking all TypeScript strictly", || {
                process::run(&mut package::npm_run("check"))
            });
            tally.one("TypeScript is strictly right", checked);
            Ok(())
        })?;
    }
    if wanted(RUST) && of_rust {
        tally.group(RUST, |tally| {
            setup::lua_libraries()?;
            cargo::test(
                &[
                    "--workspace",
                    "--exclude",
                    "xtask",
                    "--exclude",
                    wasm::WORKER,
                    "--exclude",
                    rust_page::PACKAGE,
                ],
                filter,
                tally,
            )
        })?;
    }
    let kills = wanted(KILL) && filter.is_none();
    let node = wanted(NODE) && filter.is_none();
    let shared = wanted(SHARED_STATE) && filter.is_none();
    let cli = wanted(CLI) && of_rust;
    let package = cli || wanted(BROWSER) || apps || kills || node || shared;
    let built = package
        && tally.group("the package", |tally| {
            Ok(tally.step("the package builds", build::build(Flavour::Release)))
        })?;
    if built {
        Engine::Chromium.prepare()?;
        if cli {
            // The tests start browsers and build steps of their own: not many at once.
            tally.group(CLI, |tally| {
                cargo::test(&["--package", "xtask"], filter, tally)
            })?;
        }
        if wanted(BROWSER) {
            let engines = args.browser.engines();
            tally.group(BROWSER, |tally| {
                browser::test(engines, filter, args.rounds, tally)
            })?;
        }
        if apps {
            tally.group(APPS, |tally| apps::test(part, tally))?;
        }
        if node {
            tally.group(NODE, |tally| node::test(args.rounds.max(KILLS), tally))?;
        }
        if kills {
            tally.group(KILL, |tally| kill::test(args.rounds.max(KILLS), tally))?;
        }
        if shared {
            tally.group(SHARED_STATE, |tally| {
                shared_state::test(part, args.rounds, tally)
            })?;
        }
    }
    Ok(tally.report())
}
