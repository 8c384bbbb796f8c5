//! The apps' folder: a copy below `target`, with their npm packages and ours, as it is published.

use crate::{paths, process, setup, tarball};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Copies the apps, installs what they need, and gives back where they are.
///
/// # Errors
/// When npm fails.
pub fn install() -> Result<PathBuf> {
    let root = paths::target().join("apps");
    clean(&root)?;
    copy(&paths::root().join("tests/apps"), &root)?;
    setup::npm_packages(&root)?;
    process::step("installing the packed package", || {
        tarball::install(&tarball::pack()?, &root)
    })?;
    Ok(root)
}

/// Removes what tools have made: what they remember is of another build of ours.
fn clean(root: &Path) -> Result<()> {
    if !root.is_dir() {
        return Ok(());
    }
    for app in root.read_dir()? {
        let app = app?;
        if !app.file_type()?.is_dir() || app.file_name() == "node_modules" {
            continue;
        }
        for entry in app.path().read_dir()? {
            let entry = entry?;
            if entry.file_name() == "node_modules" {
                remove(&entry.path().join(".vite"))?;
            } else {
                remove(&entry.path())?;
            }
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else if path.exists() {
        std::fs::remove_file(path)
    } else {
        Ok(())
    };
    removed.with_context(|| format!("cannot remove {}", path.display()))
}

/// Copies what is not the same there already: a lock that is touched has npm install everything again.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        std::fs::create_dir_all(to)?;
        for entry in from.read_dir()? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    let content = std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if std::fs::read(to).ok().as_ref() != Some(&content) {
        std::fs::write(to, content)?;
    }
    Ok(())
}
