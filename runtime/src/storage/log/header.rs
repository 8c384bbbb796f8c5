//! The header of a file.

use super::check::checksum;
use super::file::{File, read_exactly};
use super::{FileError, damaged};

/// The first bytes of a log; the last letter is the format's version.
const MAGIC: [u8; 8] = *b"pwlualg1";
/// Magic, generation, checksum.
pub(super) const LENGTH: u64 = 20;

pub(super) fn encode(generation: u64) -> [u8; 20] {
    let mut header = [0; 20];
    header[..8].copy_from_slice(&MAGIC);
    header[8..16].copy_from_slice(&generation.to_le_bytes());
    header[16..].copy_from_slice(&checksum(generation, 0, &MAGIC).to_le_bytes());
    header
}

/// The generation of the log in `file`; none when there is no whole header.
///
/// # Errors
/// What reading failed with, and a `DataError` for a format that is not ours to read.
pub(super) fn read(file: &impl File) -> Result<Option<u64>, FileError> {
    let mut header = [0; 20];
    if read_exactly(file, 0, &mut header)?.is_none() {
        return Ok(None);
    }
    if header[..7] == MAGIC[..7] && header[7] != MAGIC[7] {
        return Err(damaged(
            "another version of pubwiki-lua has written the log",
        ));
    }
    let mut generation = [0; 8];
    generation.copy_from_slice(&header[8..16]);
    let generation = u64::from_le_bytes(generation);
    Ok((header == encode(generation)).then_some(generation))
}
