//! The log as a store of records.

use super::append::{append, parts};
use super::compaction::Compaction;
use super::file::{File, Files, read_exactly};
use super::frame::{HEAD, Op, OpRef};
use super::index::{Extent, Index};
use super::recovery::recover;
use super::{FileError, damaged, gone, header};
use crate::pace::{Pace, dispose};
use crate::platform::Platform;
use crate::protocol::Record;
use crate::storage::{Batch, sorted};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A log with less out of date than this is left as it is.
const SPARE: u64 = 256 * 1024;
/// The bytes reserved beyond what compacting takes: heads of frames, and small changes meanwhile.
const SLACK: u64 = 64 * 1024;
/// How many bytes are read at once, and how many of no use between two records.
const WINDOW: u64 = 256 * 1024;
const GAP: u64 = 4096;

/// The records in a log.
///
/// Work on many is done in turns with others. What is given up in the middle of it leaves files that are whole, and a
/// log that is not: it has to be opened again.
pub struct Log<F> {
    pub(super) platform: Rc<dyn Platform>,
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
    /// Why no more is written: another log might take precedence over this one.
    stuck: Option<FileError>,
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
    pub async fn open(files: Files<F>, platform: Rc<dyn Platform>) -> Result<Self, FileError> {
        let found = recover(&files, &Pace::new(platform.clone())).await?;
        Ok(Self {
            platform,
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

    /// The records that there are of these keys.
    ///
    /// # Errors
    /// What the file system failed with.
    pub async fn get_many(&self, keys: &[String]) -> Result<Vec<Record>, FileError> {
        let (mut records, pace) = (Vec::new(), self.pace());
        for key in keys {
            let Some(place) = self.index.find(key) else {
                pace.after(0).await;
                continue;
            };
            let mut bytes = vec![0; place.length as usize];
            read_exactly(self.file(), place.at, &mut bytes)?.ok_or_else(gone)?;
            records.push(record(&bytes)?);
            pace.after(bytes.len()).await;
        }
        Ok(records)
    }

    /// The records whose key begins with `prefix`, in order of keys.
    ///
    /// # Errors
    /// What the file system failed with.
    pub async fn scan(&self, prefix: &str) -> Result<Vec<Record>, FileError> {
        let pace = self.pace();
        // In the order of the file, in which they are read.
        let mut places = BTreeMap::new();
        for place in self.index.range(prefix) {
            places.insert(place.at, place);
            pace.after(0).await;
        }
        let mut records = Vec::<Record>::with_capacity(places.len());
        let mut places = places.into_values().peekable();
        let (mut near, mut bytes, mut is_sorted) = (Vec::new(), Vec::new(), true);
        while let Some(first) = places.next() {
            near.clear();
            near.push(first);
            let mut end = first.end();
            // One read, unless most of it would be of no use.
            while let Some(next) =
                places.next_if(|next| next.at - end <= GAP && next.end() - first.at <= WINDOW)
            {
                end = next.end();
                near.push(next);
            }
            bytes.resize((end - first.at) as usize, 0);
            read_exactly(self.file(), first.at, &mut bytes)?.ok_or_else(gone)?;
            for place in &near {
                let start = (place.at - first.at) as usize;
                let found = record(&bytes[start..start + place.length as usize])?;
                is_sorted &= records.last().is_none_or(|last| last.key < found.key);
                records.push(found);
                pace.after(place.length as usize).await;
            }
        }
        if is_sorted {
            return Ok(records);
        }
        Ok(sorted(records, prefix, &pace).await)
    }

    /// Stores and removes all of it, durably, or nothing.
    ///
    /// # Errors
    /// What the file system failed with.
    pub async fn write(&mut self, batch: &Batch) -> Result<(), FileError> {
        if batch.puts.is_empty() && batch.deletes.is_empty() {
            return Ok(());
        }
        if !batch.puts.is_empty() {
            let (mut most, pace) = (HEAD as u64, self.pace());
            for part in parts(batch) {
                most += part.most();
                pace.after(0).await;
            }
            self.reserve(most)?;
            return self.append(batch).await;
        }
        match self.append(batch).await {
            // What makes room may take what is reserved.
            Err(_) if self.reserved > 0 && self.stuck.is_none() => {
                self.release()?;
                self.append(batch).await
            }
            outcome => outcome,
        }
    }

    /// Removes every record, durably.
    ///
    /// # Errors
    /// What the file system failed with.
    pub fn clear(&mut self) -> Result<(), FileError> {
        if let Some(fault) = &self.stuck {
            return Err(fault.clone());
        }
        self.release()?;
        self.file().truncate(header::LENGTH)?;
        let index = std::mem::take(&mut self.index);
        dispose(&self.platform, index.into_entries());
        self.end = header::LENGTH;
        self.file().flush()
    }

    async fn append(&mut self, batch: &Batch) -> Result<(), FileError> {
        if let Some(fault) = &self.stuck {
            return Err(fault.clone());
        }
        let (at, pace) = (self.end, self.pace());
        let written = append(self.file(), self.generation, at, batch, &pace).await;
        let lengths = written.inspect_err(|_| {
            // If this fails too, the next frame is written over it.
            let _ = self.file().truncate(at);
        })?;
        let mut at = at + HEAD as u64;
        for (part, length) in parts(batch).zip(lengths) {
            match part {
                OpRef::Put(record) => self.index.put(record.key.clone(), Extent { at, length }),
                OpRef::Delete(key) => self.index.forget(key),
            }
            at += u64::from(length);
            pace.after(0).await;
        }
        self.end = at;
        Ok(())
    }

    /// Takes the room that compacting will need when `more` bytes have been added.
    fn reserve(&mut self, more: u64) -> Result<(), FileError> {
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
    fn release(&mut self) -> Result<(), FileError> {
        if let Some(compaction) = self.compaction.take() {
            dispose(&self.platform, compaction.index.into_entries());
        }
        self.reserved = 0;
        self.files[1 - self.active].truncate(0)
    }

    /// Copies a part of what lives into a new log, when there is enough that does not.
    ///
    /// # Errors
    /// What the file system failed with: the log goes on as it is, and tries again later.
    pub async fn compact(&mut self) -> Result<Progress, FileError> {
        if self.compaction.is_none() && !self.wants_compaction() {
            return Ok(Progress::Done);
        }
        let pace = self.pace();
        self.step(&pace).await.inspect_err(|_| {
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

    fn pace(&self) -> Pace {
        Pace::new(self.platform.clone())
    }
}

impl<F> Drop for Log<F> {
    fn drop(&mut self) {
        let index = std::mem::take(&mut self.index);
        dispose(&self.platform, index.into_entries());
    }
}

fn record(bytes: &[u8]) -> Result<Record, FileError> {
    match postcard::from_bytes(bytes) {
        Ok(Op::Put(record)) => Ok(record),
        _ => Err(damaged("the log has changed under us")),
    }
}
