//! TypeScript: its types by `tsc`, its format and its rules by Biome.

use crate::package::npm_run;
use crate::{paths, process, setup};
use anyhow::Result;

/// Checks host-js and all tests in TypeScript.
///
/// # Errors
/// When a check fails, with its own messages before, or cannot be run.
pub fn check() -> Result<()> {
    setup::npm_packages(&paths::host_js())?;
    process::step("TypeScript's types", || process::run(&mut npm_run("check")))?;
    process::step("TypeScript's format and rules", || {
        process::run(&mut npm_run("lint"))
    })
}
