use super::check::checksum;
use super::{Fault, damaged};
use crate::protocol::Record;
use crate::storage::Batch;
use serde::{Deserialize, Serialize};

/// What a frame begins with.
pub(super) const MAGIC: [u8; 4] = *b"frm\xa5";
/// Magic, the body's length, the body's checksum.
pub(super) const HEAD: usize = 12;

/// A part of a batch.
#[derive(Serialize, Deserialize)]
pub(super) enum Op {
    /// This record is stored.
    Put(Record),
    /// The record with this key is removed.
    Delete(String),
}

/// A batch on its way into the log: a head, and the batch's parts one after another.
pub(super) struct Frame(Vec<u8>);

impl Frame {
    pub(super) fn new() -> Self {
        Self(vec![0; HEAD])
    }

    pub(super) fn of(batch: Batch) -> Result<Self, Fault> {
        let mut frame = Self::new();
        for key in batch.deletes {
            frame.add(&Op::Delete(key))?;
        }
        for record in batch.puts {
            frame.add(&Op::Put(record))?;
        }
        Ok(frame)
    }

    fn add(&mut self, op: &Op) -> Result<(), Fault> {
        let bytes = std::mem::take(&mut self.0);
        self.0 = postcard::to_extend(op, bytes).map_err(|_| damaged("a record does not encode"))?;
        Ok(())
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
    pub(super) fn seal(&mut self, generation: u64, at: u64) -> Result<&[u8], Fault> {
        let length = u32::try_from(self.body().len())
            .map_err(|_| damaged("a batch is too large: write less at once"))?;
        let checksum = checksum(generation, at, self.body());
        self.0[..4].copy_from_slice(&MAGIC);
        self.0[4..8].copy_from_slice(&length.to_le_bytes());
        self.0[8..HEAD].copy_from_slice(&checksum.to_le_bytes());
        Ok(&self.0)
    }
}

/// What a frame's head says: how long its body is, and its checksum.
pub(super) fn parse_head(head: &[u8; HEAD]) -> Option<(u32, u32)> {
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    // No batch is empty.
    (head[..4] == MAGIC && word(4) > 0).then(|| (word(4), word(8)))
}
