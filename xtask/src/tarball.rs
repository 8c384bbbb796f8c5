//! The package as npm publishes it.

use crate::package::Flavour;
use crate::{paths, process};
use anyhow::{Context, Result};
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

/// Puts a packed package into `node_modules` of this folder, in place of another.
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
    let sizes = sizes(tarball)?;
    Ok(sizes.into_iter().map(|(file, _)| file).collect())
}

/// The files of a packed package, each with its bytes.
///
/// # Errors
/// When tar fails.
pub fn sizes(tarball: &Path) -> Result<Vec<(String, u64)>> {
    let printed = process::output(
        Command::new("tar")
            .args(["--list", "--verbose", "--file"])
            .arg(tarball),
    )?;
    // Mode, owner, size, date, time, name.
    let files = printed.lines().map(|line| {
        let mut fields = line.split_whitespace();
        let bytes = fields.nth(2)?.parse().ok()?;
        Some((fields.nth(2)?.strip_prefix("package/")?.to_owned(), bytes))
    });
    files
        .collect::<Option<_>>()
        .with_context(|| format!("tar's list is not understood:\n{printed}"))
}
