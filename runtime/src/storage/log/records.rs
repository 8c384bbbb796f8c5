use super::compaction::Compaction;
use super::file::{File, Files, read_exactly};
use super::frame::{Frame, HEAD, Op};
use super::index::{Index, Place};
use super::recovery::recover;
use super::{Fault, damaged, header};
use crate::protocol::Record;
use crate::storage::Batch;

/// A log with less out of date than this is left as it is.
const SPARE: u64 = 256 * 1024;
/// What is reserved beyond what compacting takes: heads of frames, and small changes meanwhile.
const SLACK: u64 = 64 * 1024;

/// The records in a log.
pub struct Log<F> {
    pub(super) files: Files<F>,
    /// The file in use.
    pub(super) active: usize,
    pub(super) generation: u64,
    pub(super) index: Index,
    /// Where the next frame goes.
    pub(super) end: u64,
    pub(super) compaction: Option<Compaction>,
    /// How long the other file is. Compacting it later needs room that is taken now: else a full
    /// disk would stay full whatever is removed.
    pub(super) reserved: u64,
    /// Do not compact before the log is this long: it has failed.
    compact_from: u64,
    /// Why no more is written: another log might count for more than this one.
    stuck: Option<Fault>,
}

/// Whether there is more to compact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Call again, after others had a turn.
    More,
    /// Not until more is written.
    Done,
}

impl<F: File> Log<F> {
    /// Opens the log in these files, or begins one, and cuts off what was never acknowledged.
    ///
    /// # Errors
    /// What the file system failed with, and a `DataError` when what was acknowledged is damaged.
    pub fn open(files: Files<F>) -> Result<Self, Fault> {
        let found = recover(&files)?;
        Ok(Self {
            files,
            active: found.active,
            generation: found.generation,
            index: found.index,
            end: found.end,
            compaction: None,
            reserved: 0,
            compact_from: 0,
            stuck: None,
        })
    }

    /// The record of this key.
    ///
    /// # Errors
    /// What the file system failed with.
    pub fn get(&self, key: &str) -> Result<Option<Record>, Fault> {
        let Some(place) = self.index.find(key) else {
            return Ok(None);
        };
        let mut bytes = vec![0; place.length as usize];
        read_exactly(self.file(), place.at, &mut bytes)?.ok_or_else(gone)?;
        record(&bytes).map(Some)
    }

    /// The records whose key begins with `prefix`, in order of keys.
    ///
    /// # Errors
    /// What the file system failed with.
    pub fn scan(&self, prefix: &str) -> Result<Vec<Record>, Fault> {
        let places = self.index.range(prefix);
        let first = places.iter().map(|place| place.at).min().unwrap_or(0);
        let last = places.iter().map(Place::end).max().unwrap_or(0);
        let wanted: u64 = places.iter().map(|place| u64::from(place.length)).sum();
        let mut bytes = Vec::new();
        // One read, unless most of it would be of no use.
        if last - first <= wanted * 4 {
            bytes.resize((last - first) as usize, 0);
            read_exactly(self.file(), first, &mut bytes)?.ok_or_else(gone)?;
            let within = |place: Place| {
                let start = (place.at - first) as usize;
                record(&bytes[start..start + place.length as usize])
            };
            return places.into_iter().map(within).collect();
        }
        let mut read = |place: Place| {
            bytes.resize(place.length as usize, 0);
            read_exactly(self.file(), place.at, &mut bytes)?.ok_or_else(gone)?;
            record(&bytes)
        };
        places.into_iter().map(&mut read).collect()
    }

    /// Stores and removes all of it, durably, or nothing.
    ///
    /// # Errors
    /// What the file system failed with.
    pub fn write(&mut self, batch: Batch) -> Result<(), Fault> {
        let only_removes = batch.puts.is_empty();
        let mut frame = Frame::of(batch)?;
        if frame.is_empty() {
            return Ok(());
        }
        if !only_removes {
            self.reserve(frame.length() as u64)?;
            return self.append(&mut frame);
        }
        match self.append(&mut frame) {
            // What makes room may take what is reserved.
            Err(_) if self.reserved > 0 && self.stuck.is_none() => {
                self.release()?;
                self.append(&mut frame)
            }
            outcome => outcome,
        }
    }

    /// Removes every record, durably.
    ///
    /// # Errors
    /// What the file system failed with.
    pub fn clear(&mut self) -> Result<(), Fault> {
        if let Some(fault) = &self.stuck {
            return Err(fault.clone());
        }
        self.release()?;
        self.file().truncate(header::LENGTH)?;
        self.index = Index::default();
        self.end = header::LENGTH;
        self.file().flush()
    }

    fn append(&mut self, frame: &mut Frame) -> Result<(), Fault> {
        if let Some(fault) = &self.stuck {
            return Err(fault.clone());
        }
        let (at, file) = (self.end, &self.files[self.active]);
        let written = file
            .write(at, frame.seal(self.generation, at)?)
            .and_then(|()| file.flush());
        if let Err(fault) = written {
            // If this fails too, the next frame is written over it.
            let _ = file.truncate(at);
            return Err(fault);
        }
        self.index.apply(at + HEAD as u64, frame.body())?;
        self.end += frame.length() as u64;
        Ok(())
    }

    /// Takes the room that compacting will need when `more` bytes have been added.
    fn reserve(&mut self, more: u64) -> Result<(), Fault> {
        let since = self.compaction.as_ref().map_or(0, |it| self.end - it.start);
        let needed = self.index.live() + more + since + SLACK;
        if self.reserved >= needed || self.stuck.is_some() {
            return Ok(());
        }
        let other = &self.files[1 - self.active];
        if self.reserved == 0 {
            other.truncate(0)?;
        }
        // Not at every write, if there is room.
        let ample = needed + needed / 4;
        self.reserved = match other.truncate(ample) {
            Ok(()) => ample,
            Err(_) => other.truncate(needed).map(|()| needed)?,
        };
        Ok(())
    }

    /// Gives back what is reserved, and what a compaction has made of it.
    fn release(&mut self) -> Result<(), Fault> {
        self.compaction = None;
        self.reserved = 0;
        self.files[1 - self.active].truncate(0)
    }

    /// Copies a part of what lives into a new log, when there is enough that does not.
    ///
    /// # Errors
    /// What the file system failed with: the log goes on as it is, and tries again later.
    pub fn compact(&mut self) -> Result<Progress, Fault> {
        if self.compaction.is_none() && !self.wants_compaction() {
            return Ok(Progress::Done);
        }
        self.step().inspect_err(|_| {
            self.compact_from = self.end * 2;
            // What is left of the new log must not be taken for one.
            self.stuck = self.release().err();
        })
    }

    fn wants_compaction(&self) -> bool {
        let stale = self.end.saturating_sub(self.index.live());
        self.end >= self.compact_from && stale > self.index.live() + SPARE
    }

    pub(super) fn file(&self) -> &F {
        &self.files[self.active]
    }
}

fn record(bytes: &[u8]) -> Result<Record, Fault> {
    match postcard::from_bytes(bytes) {
        Ok(Op::Put(record)) => Ok(record),
        _ => Err(damaged("the log has changed under us")),
    }
}

pub(super) fn gone() -> Fault {
    damaged("the log has become shorter under us")
}
