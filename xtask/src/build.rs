//! `cargo xtask build`: everything up to the npm package.

use crate::args::Artifact;
use crate::package::{Flavour, Package};
use crate::toolchain::Toolchain;
use crate::{host, paths, process, setup, wasm};
use anyhow::Result;
use std::fs::{File, TryLockError};
use std::path::PathBuf;

/// Builds what is not current, and gives back the package's folder.
///
/// # Errors
/// When something is missing that cannot be installed, or does not build.
pub fn build(flavour: Flavour) -> Result<PathBuf> {
    let _alone = alone()?;
    setup::build_tools()?;
    setup::npm_packages(&paths::host_js())?;
    let toolchain = Toolchain::choose()?;
    let package = Package::open(flavour.folder())?;
    let artifacts = match flavour {
        // It has one alone.
        Flavour::Unmetered => [Artifact::Jspi; 2],
        Flavour::Release | Flavour::Testing => Artifact::ALL,
    };
    for artifact in artifacts {
        wasm::build(toolchain, artifact, flavour, &package)?;
    }
    wasm::build_compiler(toolchain, flavour, &package)?;
    host::add(&package, artifacts)?;
    Ok(package.folder().to_owned())
}

/// Keeps two commands from building the same files at once, until it is dropped.
fn alone() -> Result<File> {
    std::fs::create_dir_all(paths::target())?;
    let lock = File::create(paths::target().join("xtask-build.lock"))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        process::step("waiting for another command that builds", || {
            Ok(lock.lock()?)
        })?;
    }
    Ok(lock)
}
