//! A frame: the batch of one write.

use super::check::checksum;
use super::{FileError, damaged};
use crate::protocol::Record;
use serde::{Deserialize, Serialize};

/// The first bytes of a frame.
pub(super) const MAGIC: [u8; 4] = *b"frm\xa5";
/// Magic, the body's length, the body's checksum.
pub(super) const HEAD: usize = 12;

/// A part of a batch.
#[derive(Deserialize)]
pub(super) enum Op {
    /// This record is stored.
    Put(Record),
    /// The record with this key is removed.
    Delete(String),
}

/// The same, of what is to be written.
#[derive(Serialize)]
pub(super) enum OpRef<'a> {
    Put(&'a Record),
    Delete(&'a str),
}

impl OpRef<'_> {
    /// Adds it to `bytes`; gives its length.
    pub(super) fn encode(&self, bytes: &mut Vec<u8>) -> Result<u32, FileError> {
        let before = bytes.len();
        let begun = std::mem::take(bytes);
        *bytes =
            postcard::to_extend(self, begun).map_err(|_| damaged("a record does not encode"))?;
        u32::try_from(bytes.len() - before).map_err(|_| too_large())
    }

    /// How many bytes it takes at most.
    pub(super) fn most(&self) -> u64 {
        match self {
            Self::Put(record) => (record.key.len() + record.value.len() + 40) as u64,
            Self::Delete(key) => (key.len() + 8) as u64,
        }
    }
}

/// Parts on their way into the log: a head, and the parts one after another.
pub(super) struct Frame(Vec<u8>);

impl Frame {
    pub(super) fn new() -> Self {
        Self(vec![0; HEAD])
    }

    /// Adds parts that are encoded already.
    pub(super) fn add_encoded(&mut self, ops: &[u8]) {
        self.0.extend_from_slice(ops);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.len() == HEAD
    }

    pub(super) fn length(&self) -> usize {
        self.0.len()
    }

    /// The parts.
    pub(super) fn body(&self) -> &[u8] {
        &self.0[HEAD..]
    }

    /// The bytes to be written at `at`.
    pub(super) fn seal(&mut self, generation: u64, at: u64) -> Result<&[u8], FileError> {
        let checksum = checksum(generation, at, self.body());
        let head = head(self.body().len() as u64, checksum)?;
        self.0[..HEAD].copy_from_slice(&head);
        Ok(&self.0)
    }
}

/// The head of a frame whose body has this length and checksum.
pub(super) fn head(length: u64, checksum: u32) -> Result<[u8; HEAD], FileError> {
    let length = u32::try_from(length).map_err(|_| too_large())?;
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&MAGIC);
    head[4..8].copy_from_slice(&length.to_le_bytes());
    head[8..].copy_from_slice(&checksum.to_le_bytes());
    Ok(head)
}

fn too_large() -> FileError {
    damaged("a batch is too large: write less at once")
}

/// What a frame's head says: how long its body is, and its checksum.
pub(super) fn parse_head(head: &[u8; HEAD]) -> Option<(u32, u32)> {
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    // No batch is empty.
    (head[..4] == MAGIC && word(4) > 0).then(|| (word(4), word(8)))
}
