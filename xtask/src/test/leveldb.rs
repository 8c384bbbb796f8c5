//! The log of the LevelDB in which Chromium keeps IndexedDB, as a crash can leave it.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// Entries do not cross the borders of blocks, in bytes; before its data, each has a checksum of
/// four bytes, a length of two and a kind of one (LevelDB's `doc/log_format.md`).
const BLOCK: usize = 32_768;
const HEADER: usize = 7;
/// The kind of an entry that is in one piece.
const FULL: u8 = 1;

/// A log's file and bytes.
pub struct Log {
    file: PathBuf,
    bytes: Vec<u8>,
}

/// The log that is in use in a Chromium profile.
///
/// # Errors
/// When there is none: then this Chromium keeps IndexedDB in something else.
pub fn log(profile: &Path) -> Result<Log> {
    let databases = profile.join("Default/IndexedDB");
    let file = fs::read_dir(&databases)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|site| fs::read_dir(site.path()).ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .max()
        .with_context(|| format!("no log of LevelDB's is in {}", databases.display()))?;
    let bytes = fs::read(&file)?;
    Ok(Log { file, bytes })
}

impl Log {
    /// Adds the head of an entry whose data was not written any more.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn tear(&mut self) -> Result<()> {
        let left = BLOCK - self.bytes.len() % BLOCK;
        if left < HEADER + 1 {
            self.bytes.resize(self.bytes.len() + left, 0);
        }
        let [low, high] = 1_u16.to_le_bytes();
        self.bytes.extend([1, 2, 3, 4, low, high, FULL]);
        self.write()
    }

    /// Changes a byte of the first entry's data.
    ///
    /// # Errors
    /// When there is no entry, or the file cannot be written.
    pub fn damage(&mut self) -> Result<()> {
        ensure!(self.bytes.len() > HEADER, "the log is empty");
        self.bytes[HEADER] ^= 1;
        self.write()
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.file, &self.bytes)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}
