//! Writing a batch: piece after piece, with turns for others.

use super::FileError;
use super::check::Checksum;
use super::file::File;
use super::frame::{HEAD, OpRef, head};
use crate::pace::Pace;
use crate::storage::Batch;

/// How many bytes are written at once.
const PIECE: usize = 1 << 16;
/// How many bytes are made durable at once: more take the browser long.
const FLUSH: u64 = 4 << 20;

/// The parts of a batch, in the order in which they are written.
pub(super) fn parts(batch: &Batch) -> impl Iterator<Item = OpRef<'_>> {
    let deletes = batch.deletes.iter().map(|key| OpRef::Delete(key));
    deletes.chain(batch.puts.iter().map(OpRef::Put))
}

/// Writes the frame of a batch at `at`, durably, and gives the lengths of its parts. What is long is written
/// without its head first: until that is there it counts for nothing.
pub(super) async fn append(
    file: &impl File,
    generation: u64,
    at: u64,
    batch: &Batch,
    pace: &Pace,
) -> Result<Vec<u32>, FileError> {
    let mut lengths = Vec::with_capacity(batch.deletes.len() + batch.puts.len());
    let mut frame = Appending {
        file,
        body: at + HEAD as u64,
        written: 0,
        flushed: 0,
        checksum: Checksum::new(generation, at),
        // With room for the head of a short one.
        piece: vec![0; HEAD],
    };
    for part in parts(batch) {
        let length = part.encode(&mut frame.piece)?;
        lengths.push(length);
        if frame.piece.len() >= PIECE {
            frame.write_piece()?;
        }
        pace.after(length as usize).await;
    }
    frame.end(at)?;
    Ok(lengths)
}

struct Appending<'a, F> {
    file: &'a F,
    /// Where the body begins.
    body: u64,
    /// How much of the body is written, and durable.
    written: u64,
    flushed: u64,
    checksum: Checksum,
    piece: Vec<u8>,
}

impl<F: File> Appending<'_, F> {
    fn write_piece(&mut self) -> Result<(), FileError> {
        let bytes = &self.piece[HEAD..];
        self.checksum.add(bytes);
        self.file.write(self.body + self.written, bytes)?;
        self.written += bytes.len() as u64;
        self.piece.truncate(HEAD);
        if self.written - self.flushed >= FLUSH {
            self.file.flush()?;
            self.flushed = self.written;
        }
        Ok(())
    }

    fn end(mut self, at: u64) -> Result<(), FileError> {
        if self.written == 0 {
            self.checksum.add(&self.piece[HEAD..]);
            let length = (self.piece.len() - HEAD) as u64;
            self.piece[..HEAD].copy_from_slice(&head(length, self.checksum.value())?);
            self.file.write(at, &self.piece)?;
            return self.file.flush();
        }
        self.write_piece()?;
        let head = head(self.written, self.checksum.value())?;
        self.file.flush()?;
        self.file.write(at, &head)?;
        self.file.flush()
    }
}
