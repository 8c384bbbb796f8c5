//! Compaction: the records that live, copied into the other file.

use super::file::{File, read_exactly};
use super::frame::{Frame, HEAD};
use super::index::Index;
use super::records::{Log, Progress};
use super::recovery::WEIGHT;
use super::{FileError, damaged, gone, header, parts};
use crate::pace::{Pace, dispose};

/// How many bytes are copied before others have a turn.
const STEP: usize = 256 * 1024;

/// A new log that is being written alongside the one in use.
pub(super) struct Compaction {
    /// Where each record is in the new log.
    pub(super) index: Index,
    /// Where its next frame goes.
    end: u64,
    /// Where the log in use ended when this began: what came after is copied as it came.
    pub(super) start: u64,
    /// How far the copying is.
    stage: Stage,
}

enum Stage {
    /// Records up to this key are copied.
    Records(Option<String>),
    /// Frames up to this byte are copied.
    Frames(u64),
}

impl<F: File> Log<F> {
    pub(super) async fn step(&mut self, pace: &Pace) -> Result<Progress, FileError> {
        let mut compaction = match self.compaction.take() {
            Some(compaction) => compaction,
            None => {
                if self.reserved == 0 {
                    self.files[1 - self.active].truncate(0)?;
                }
                Compaction {
                    index: Index::default(),
                    end: header::LENGTH,
                    start: self.end,
                    stage: Stage::Records(None),
                }
            }
        };
        match &compaction.stage {
            Stage::Records(_) => self.copy_records(&mut compaction, pace).await?,
            Stage::Frames(at) if *at < self.end => self.copy_frame(&mut compaction, pace).await?,
            Stage::Frames(_) => {
                self.switch(compaction)?;
                return Ok(Progress::Done);
            }
        }
        self.compaction = Some(compaction);
        Ok(Progress::More)
    }

    async fn copy_records(
        &self,
        compaction: &mut Compaction,
        pace: &Pace,
    ) -> Result<(), FileError> {
        let Stage::Records(copied) = &compaction.stage else {
            return Ok(());
        };
        let (mut frame, mut bytes, mut last) = (Frame::new(), Vec::new(), None);
        for (key, place) in self.index.after(copied.as_deref()) {
            // What was written since is among the frames.
            if place.at < compaction.start {
                bytes.resize(place.length as usize, 0);
                read_exactly(self.file(), place.at, &mut bytes)?.ok_or_else(gone)?;
                frame.add_encoded(&bytes);
            }
            if frame.length() >= STEP {
                last = Some(key.clone());
                break;
            }
            pace.after(place.length as usize).await;
        }
        compaction.stage = match last {
            Some(key) => Stage::Records(Some(key)),
            None => Stage::Frames(compaction.start),
        };
        self.add(compaction, frame)
    }

    async fn copy_frame(&self, compaction: &mut Compaction, pace: &Pace) -> Result<(), FileError> {
        let Stage::Frames(at) = compaction.stage else {
            return Ok(());
        };
        let found = parts::frame(self.file(), self.generation, at, self.end, pace).await?;
        let mut copied = found.ok_or_else(gone)?;
        while let Some((_, bytes)) = copied.read()? {
            // In frames of their own: nothing counts before the new log's header does.
            let whole = Index::default().apply(0, bytes)?;
            let mut frame = Frame::new();
            frame.add_encoded(&bytes[..whole]);
            self.add(compaction, frame)?;
            copied.take(whole)?;
            pace.after(whole * WEIGHT).await;
        }
        compaction.stage = Stage::Frames(copied.end());
        Ok(())
    }

    fn add(&self, compaction: &mut Compaction, mut frame: Frame) -> Result<(), FileError> {
        if frame.is_empty() {
            return Ok(());
        }
        let at = compaction.end;
        let bytes = frame.seal(self.generation + 1, at)?;
        self.files[1 - self.active].write(at, bytes)?;
        let taken = compaction.index.apply(at + HEAD as u64, frame.body())?;
        if taken != frame.body().len() {
            return Err(damaged("the log holds an invalid record"));
        }
        compaction.end += frame.length() as u64;
        Ok(())
    }

    /// Makes the new log the one in use: from its header on it is.
    fn switch(&mut self, compaction: Compaction) -> Result<(), FileError> {
        let (new, generation) = (1 - self.active, self.generation + 1);
        let file = &self.files[new];
        file.truncate(compaction.end)?;
        file.flush()?;
        file.write(0, &header::encode(generation))?;
        file.flush()?;
        let old = self.active;
        self.active = new;
        self.generation = generation;
        let index = std::mem::replace(&mut self.index, compaction.index);
        dispose(&self.platform, index.into_entries());
        self.end = compaction.end;
        self.reserved = 0;
        // It counts for nothing any more; that it goes saves room.
        let _ = self.files[old].truncate(0);
        Ok(())
    }
}
