//! Recovery: reading a log as it was found.

use super::file::{File, Files};
use super::frame::{HEAD, MAGIC};
use super::index::Index;
use super::{FileError, damaged, header, parts};
use crate::pace::Pace;

/// A log as it was found, whole.
pub(super) struct Recovered {
    /// Which of the files it is in.
    pub(super) active: usize,
    pub(super) generation: u64,
    pub(super) index: Index,
    /// Where the next frame goes.
    pub(super) end: u64,
}

/// Reads the newer of the two logs, and cuts off what is left of a batch that was never
/// acknowledged.
///
/// # Errors
/// What the file system failed with, and a `DataError` when what was acknowledged is damaged.
pub(super) async fn recover<F: File>(
    files: &Files<F>,
    pace: &Pace,
) -> Result<Recovered, FileError> {
    let generations = [header::read(&files[0])?, header::read(&files[1])?];
    let active = usize::from(generations[1] > generations[0]);
    let Some(generation) = generations[active] else {
        return begin(files);
    };
    let file = &files[active];
    let length = file.length()?;
    let (index, end) = replay(file, generation, length, pace).await?;
    if end < length {
        refuse_damage(file, generation, end, length, pace).await?;
        file.truncate(end)?;
        file.flush()?;
    }
    // The older log, or a newer one that was not finished.
    files[1 - active].truncate(0)?;
    Ok(Recovered {
        active,
        generation,
        index,
        end,
    })
}

fn begin<F: File>(files: &Files<F>) -> Result<Recovered, FileError> {
    let untouched = |file: &F| Ok::<_, FileError>(file.length()? <= header::LENGTH);
    if !untouched(&files[0])? || !untouched(&files[1])? {
        return Err(damaged("the log's header is damaged"));
    }
    let generation = 1;
    files[0].truncate(0)?;
    files[0].write(0, &header::encode(generation))?;
    files[0].flush()?;
    Ok(Recovered {
        active: 0,
        generation,
        index: Index::default(),
        end: header::LENGTH,
    })
}

/// To take in parts takes as long as to work on so many times their bytes.
pub(super) const WEIGHT: usize = 16;

/// Takes in frame after frame; gives where the last whole one ends.
async fn replay(
    file: &impl File,
    generation: u64,
    length: u64,
    pace: &Pace,
) -> Result<(Index, u64), FileError> {
    let (mut index, mut at) = (Index::default(), header::LENGTH);
    while let Some(mut frame) = parts::frame(file, generation, at, length, pace).await? {
        while let Some((place, bytes)) = frame.read()? {
            let taken = index.apply(place, bytes)?;
            frame.take(taken)?;
            pace.after(taken * WEIGHT).await;
        }
        at = frame.end();
    }
    Ok((index, at))
}

/// How much of a file is searched at once.
const WINDOW: usize = 1 << 16;

/// A batch is acknowledged when it is durable, and only then is the next one written: a whole
/// frame after a broken one means that the broken one was whole once.
async fn refuse_damage(
    file: &impl File,
    generation: u64,
    end: u64,
    length: u64,
    pace: &Pace,
) -> Result<(), FileError> {
    let mut window = vec![0; WINDOW];
    let mut at = end + 1;
    while at + HEAD as u64 <= length {
        let read = file.read(at, &mut window)?;
        for (offset, bytes) in window[..read].windows(MAGIC.len()).enumerate() {
            if *bytes == MAGIC {
                let at = at + offset as u64;
                let frame = parts::frame(file, generation, at, length, pace).await?;
                if frame.is_some() {
                    return Err(damaged(&format!(
                        "the log is damaged at byte {end}, with records after it"
                    )));
                }
            }
        }
        pace.after(read).await;
        // The next window begins with what may be the first bytes of a magic.
        at += read.saturating_sub(MAGIC.len() - 1).max(1) as u64;
    }
    Ok(())
}
