use super::check::checksum;
use super::file::{File, Files, read_exactly};
use super::frame::{HEAD, MAGIC, parse_head};
use super::index::Index;
use super::{Fault, damaged, header};

/// A log as it was found, whole.
pub(super) struct Found {
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
pub(super) fn recover<F: File>(files: &Files<F>) -> Result<Found, Fault> {
    let generations = [header::read(&files[0])?, header::read(&files[1])?];
    let active = usize::from(generations[1] > generations[0]);
    let Some(generation) = generations[active] else {
        return begin(files);
    };
    let file = &files[active];
    let length = file.length()?;
    let (index, end) = replay(file, generation, length)?;
    if end < length {
        refuse_damage(file, generation, end, length)?;
        file.truncate(end)?;
        file.flush()?;
    }
    // The older log, or a newer one that was not finished.
    files[1 - active].truncate(0)?;
    Ok(Found {
        active,
        generation,
        index,
        end,
    })
}

fn begin<F: File>(files: &Files<F>) -> Result<Found, Fault> {
    let untouched = |file: &F| Ok::<_, Fault>(file.length()? <= header::LENGTH);
    if !untouched(&files[0])? || !untouched(&files[1])? {
        return Err(damaged("the log's header is damaged"));
    }
    let generation = 1;
    files[0].truncate(0)?;
    files[0].write(0, &header::encode(generation))?;
    files[0].flush()?;
    Ok(Found {
        active: 0,
        generation,
        index: Index::default(),
        end: header::LENGTH,
    })
}

/// Takes in frame after frame; gives where the last whole one ends.
fn replay(file: &impl File, generation: u64, length: u64) -> Result<(Index, u64), Fault> {
    let (mut index, mut at) = (Index::default(), header::LENGTH);
    let mut body = Vec::new();
    while read_frame(file, generation, at, length, &mut body)? {
        index.apply(at + HEAD as u64, &body)?;
        at += (HEAD + body.len()) as u64;
    }
    Ok((index, at))
}

/// Reads the frame at `at` into `body`, if a whole one is there.
///
/// # Errors
/// What the file system failed with.
pub(super) fn read_frame(
    file: &impl File,
    generation: u64,
    at: u64,
    length: u64,
    body: &mut Vec<u8>,
) -> Result<bool, Fault> {
    let mut head = [0; HEAD];
    if read_exactly(file, at, &mut head)?.is_none() {
        return Ok(false);
    }
    let Some((body_length, expected)) = parse_head(&head) else {
        return Ok(false);
    };
    let start = at + HEAD as u64;
    if start + u64::from(body_length) > length {
        return Ok(false);
    }
    body.resize(body_length as usize, 0);
    Ok(read_exactly(file, start, body)?.is_some() && checksum(generation, at, body) == expected)
}

/// How much of a file is searched at once.
const WINDOW: usize = 1 << 16;

/// A batch is acknowledged when it is durable, and only then is the next one written: a whole
/// frame after a broken one means that the broken one was whole once.
fn refuse_damage(file: &impl File, generation: u64, end: u64, length: u64) -> Result<(), Fault> {
    let (mut window, mut body) = (vec![0; WINDOW], Vec::new());
    let mut at = end + 1;
    while at + HEAD as u64 <= length {
        let read = file.read(at, &mut window)?;
        for (offset, bytes) in window[..read].windows(MAGIC.len()).enumerate() {
            if *bytes == MAGIC
                && read_frame(file, generation, at + offset as u64, length, &mut body)?
            {
                return Err(damaged(&format!(
                    "the log is damaged at byte {end}, with records after it"
                )));
            }
        }
        // The next window begins with what may be the first bytes of a magic.
        at += read.saturating_sub(MAGIC.len() - 1).max(1) as u64;
    }
    Ok(())
}
