//! The inputs of a step, so that it is done again only when they change.

use anyhow::{Context, Result};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Stands for all of a step's inputs.
#[derive(Clone, Copy)]
pub struct Stamp(u64);

impl Stamp {
    /// Of the names and contents of `paths`, files or whole folders, and of `more`.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn of_files(paths: &[PathBuf], more: &impl Hash) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        more.hash(&mut hasher);
        for path in paths {
            hash(path, &mut hasher).with_context(|| format!("cannot read {}", path.display()))?;
        }
        Ok(Self(hasher.finish()))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        std::fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries = path
        .read_dir()?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash(entry, hasher))
}
