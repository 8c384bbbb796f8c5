//! `cargo xtask generate`: a crate of its own does it, because it is compiled with the
//! runtime, and the rest of xtask need not wait for that.

use crate::args::GenerateArgs;
use crate::paths;
use anyhow::{Context, Result};
use std::process::{Command, ExitCode};

/// Writes the generated files, or checks them.
///
/// # Errors
/// When cargo cannot be started.
pub fn generate(args: &GenerateArgs) -> Result<ExitCode> {
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--package", "pubwiki-lua-generate", "--"])
        .args(args.check.then_some("--check"))
        .current_dir(paths::root())
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
