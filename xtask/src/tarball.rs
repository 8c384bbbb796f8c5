//! The package as npm publishes it.

use crate::package::Flavour;
use crate::{paths, process};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packs the package that is built, and gives back the file.
///
/// # Errors
/// When npm fails.
pub fn pack() -> Result<PathBuf> {
    let printed = process::output(
        Command::new("npm")
            .args(["pack", "--silent", "--pack-destination"])
            .arg(paths::target())
            .arg(paths::target().join(Flavour::Release.folder())),
    )?;
    Ok(paths::target().join(printed.trim()))
}

/// Puts a packed package into `node_modules` of this folder, in the place of another.
///
/// # Errors
/// When tar fails.
pub fn install(tarball: &Path, folder: &Path) -> Result<()> {
    let package = folder.join("node_modules/pubwiki-lua");
    if package.is_dir() {
        std::fs::remove_dir_all(&package)?;
    }
    std::fs::create_dir_all(&package)?;
    process::run(
        Command::new("tar")
            .args(["--extract", "--strip-components=1", "--file"])
            .arg(tarball)
            .arg("--directory")
            .arg(package),
    )
}

/// The files of a packed package.
///
/// # Errors
/// When tar fails.
pub fn files(tarball: &Path) -> Result<Vec<String>> {
    let printed = process::output(Command::new("tar").args(["--list", "--file"]).arg(tarball))?;
    Ok(printed
        .lines()
        .map(|line| line.trim_start_matches("package/").to_owned())
        .collect())
}
