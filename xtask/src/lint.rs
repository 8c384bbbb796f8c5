//! `cargo xtask lint`: formatting, clippy natively and for wasm, TypeScript, what is alive where Lua may
//! raise an error, circles of imports, the documents' links, the package as it is published, generated files.

pub mod published;
mod typescript;

use crate::args::GenerateArgs;
use crate::test::rust_page;
use crate::toolchain::Toolchain;
use crate::{circles, documents, generate, paths, process, raises, setup, wasm};
use anyhow::{Context, Result, bail};
use std::process::{Command, ExitCode, Stdio};

/// The worker's sets of features that are built.
const FEATURES: &[&str] = &["", "jspi", "testing", "jspi,testing"];

/// Fails at the first thing that is not as it must be, of those that the compiler tells and of the others, side by side.
///
/// # Errors
/// When a check fails, with its own messages before, or cannot be run.
pub fn lint() -> Result<ExitCode> {
    setup::build_tools()?;
    let toolchain = Toolchain::choose()?;
    let (code, ()) = process::both(|| compiled(toolchain), read)?;
    Ok(code)
}

/// What is compiled natively, or for wasm without optimization.
fn compiled(toolchain: Toolchain) -> Result<ExitCode> {
    check(
        "formatting",
        Command::new("cargo").args(["fmt", "--all", "--check"]),
    )?;
    let native = [
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        wasm::WORKER,
        "--exclude",
        rust_page::PACKAGE,
        "--all-targets",
    ];
    check(
        "clippy, natively",
        deny_warnings(Command::new("cargo").args(native)),
    )?;
    let worker = FEATURES.iter().map(|features| (wasm::WORKER, *features));
    for (package, features) in worker.chain([(rust_page::PACKAGE, "")]) {
        let mut clippy = toolchain.clippy()?;
        clippy.args(["--package", package, "--features", features]);
        check(
            &format!("clippy for wasm, {package}, features [{features}]"),
            deny_warnings(&mut clippy),
        )?;
    }
    process::step("what is alive where Lua may raise an error", raises::check)?;
    process::step("generated files", || {
        generate::generate(&GenerateArgs { check: true })
    })
}

/// What is read, and the package, which is built as it is published.
fn read() -> Result<()> {
    typescript::check()?;
    process::step("circles of imports", circles::check)?;
    process::step("the documents' links", documents::check)?;
    published::check().map(drop)
}

fn deny_warnings(command: &mut Command) -> &mut Command {
    command.args(["--", "--deny", "warnings"])
}

fn check(name: &str, command: &mut Command) -> Result<()> {
    process::step(name, || {
        command.current_dir(paths::root()).stdin(Stdio::null());
        let status = command
            .status()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        if !status.success() {
            bail!("{name}: see the messages above");
        }
        Ok(())
    })
}
