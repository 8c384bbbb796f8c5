//! `cargo xtask build`: everything up to the npm package.

use crate::cli::Artifact;
use crate::package::Package;
use crate::toolchain::Toolchain;
use crate::{host, paths, process, setup, wasm};
use anyhow::Result;
use std::fs::{File, TryLockError};
use std::path::PathBuf;

/// Which package.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// `target/package`, which is shipped.
    Release,
    /// `target/package-testing`, whose worker has test-only functions.
    Testing,
    /// `target/package-unmetered`, whose Lua burns no fuel: for measuring what that costs, in the
    /// jspi artifact.
    Unmetered,
}

impl Flavour {
    /// The worker's feature that makes it.
    pub fn feature(self) -> Option<&'static str> {
        (self == Self::Testing).then_some("testing")
    }

    /// The folder's name under `target`.
    pub fn folder(self) -> &'static str {
        match (self, is_checked()) {
            (Self::Release, false) => "package",
            (Self::Testing, false) => "package-testing",
            (Self::Release, true) => "package-checked",
            (Self::Testing, true) => "package-testing-checked",
            (Self::Unmetered, _) => "package-unmetered",
        }
    }
}

/// Whether the environment asks for packages whose worker traps where a sum overflows, in Rust or in Lua's C.
pub fn is_checked() -> bool {
    std::env::var_os("PUBWIKI_LUA_CHECKED").is_some()
}

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
