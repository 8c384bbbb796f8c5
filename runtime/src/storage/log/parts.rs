//! Reading a frame: piece after piece, with turns for others.

use super::check::Checksum;
use super::file::{File, read_exactly};
use super::frame::{HEAD, parse_head};
use super::{FileError, damaged, gone};
use crate::pace::Pace;

/// How many bytes are read at once.
const PIECE: u64 = 1 << 16;

/// The parts of a whole frame.
pub(super) struct BodyReader<'a, F> {
    file: &'a F,
    /// Where `bytes` begin.
    at: u64,
    end: u64,
    /// What is read and not taken yet.
    bytes: Vec<u8>,
}

/// The frame at `at`, if a whole one is there.
///
/// # Errors
/// What the file system failed with.
pub(super) async fn frame<'a, F: File>(
    file: &'a F,
    generation: u64,
    at: u64,
    length: u64,
    pace: &Pace,
) -> Result<Option<BodyReader<'a, F>>, FileError> {
    let mut head = [0; HEAD];
    if read_exactly(file, at, &mut head)?.is_none() {
        return Ok(None);
    }
    let Some((body_length, expected)) = parse_head(&head) else {
        return Ok(None);
    };
    let start = at + HEAD as u64;
    let end = start + u64::from(body_length);
    if end > length {
        return Ok(None);
    }
    let (mut checksum, mut bytes, mut read) = (Checksum::new(generation, at), Vec::new(), start);
    while read < end {
        bytes.resize((end - read).min(PIECE) as usize, 0);
        if read_exactly(file, read, &mut bytes)?.is_none() {
            return Ok(None);
        }
        checksum.add(&bytes);
        read += bytes.len() as u64;
        pace.after(bytes.len()).await;
    }
    if checksum.value() != expected {
        return Ok(None);
    }
    if end - start > PIECE {
        bytes.clear();
    }
    Ok(Some(BodyReader {
        file,
        at: start,
        end,
        bytes,
    }))
}

impl<F: File> BodyReader<'_, F> {
    /// Where the frame ends.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The next parts and where they are; the last one may be cut. None at the end.
    pub(super) fn read(&mut self) -> Result<Option<(u64, &[u8])>, FileError> {
        let have = self.bytes.len();
        let rest = self.end - self.at - have as u64;
        // A part that is longer is read in few steps.
        let more = rest.min(PIECE.max(have as u64)) as usize;
        self.bytes.resize(have + more, 0);
        read_exactly(self.file, self.at + have as u64, &mut self.bytes[have..])?
            .ok_or_else(gone)?;
        Ok((!self.bytes.is_empty()).then_some((self.at, &self.bytes)))
    }

    /// So many bytes of these are done with.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), FileError> {
        if bytes == 0 && self.at + self.bytes.len() as u64 == self.end {
            return Err(damaged("the log holds an invalid record"));
        }
        self.bytes.drain(..bytes);
        self.at += bytes as u64;
        Ok(())
    }
}
