//! The files that a log needs.

use super::FileError;

/// A file that is open for one user alone.
pub trait File {
    /// Its length in bytes.
    ///
    /// # Errors
    /// What the file system failed with.
    fn length(&self) -> Result<u64, FileError>;

    /// Reads from `at`; gives how many bytes there were, fewer only at the end.
    ///
    /// # Errors
    /// What the file system failed with.
    fn read(&self, at: u64, into: &mut [u8]) -> Result<usize, FileError>;

    /// Writes all of `bytes` at `at`, beyond the end too.
    ///
    /// # Errors
    /// What the file system failed with; a part may be written then.
    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), FileError>;

    /// Cuts or fills it to this length.
    ///
    /// # Errors
    /// What the file system failed with.
    fn truncate(&self, length: u64) -> Result<(), FileError>;

    /// Makes durable what was written.
    ///
    /// # Errors
    /// What the file system failed with.
    fn flush(&self) -> Result<(), FileError>;
}

/// The two files that take turns.
pub type Files<F> = [F; 2];

/// Reads exactly what `into` holds; None when the file ends before.
///
/// # Errors
/// What the file system failed with.
pub(super) fn read_exactly(
    file: &impl File,
    at: u64,
    into: &mut [u8],
) -> Result<Option<()>, FileError> {
    Ok((file.read(at, into)? == into.len()).then_some(()))
}
