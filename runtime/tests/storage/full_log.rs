//! The log on a disk that is full: what is removed makes room.

use super::blocking::BlockingLog;
use super::bytes;
use super::scripted::record;
use pubwiki_lua_runtime::storage::Batch;
use pubwiki_lua_runtime::storage::log::{File, FileError, Progress};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The disk's bytes.
const ROOM: u64 = 1 << 20;

/// A file on a disk that it shares with others.
#[derive(Clone)]
struct DiskFile {
    bytes: Rc<RefCell<Vec<u8>>>,
    left: Rc<Cell<u64>>,
}

impl DiskFile {
    fn resize(&self, length: u64) -> Result<(), FileError> {
        let mut bytes = self.bytes.borrow_mut();
        let left = self.left.get() + bytes.len() as u64;
        let left = left.checked_sub(length).ok_or(FileError {
            name: "QuotaExceededError".into(),
            message: "it is full".into(),
        })?;
        self.left.set(left);
        bytes.resize(length as usize, 0);
        Ok(())
    }
}

impl File for DiskFile {
    fn length(&self) -> Result<u64, FileError> {
        Ok(self.bytes.borrow().len() as u64)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<usize, FileError> {
        Ok(bytes::read(&self.bytes, at, into))
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), FileError> {
        let end = at + bytes.len() as u64;
        if end > self.length()? {
            self.resize(end)?;
        }
        bytes::write(&self.bytes, at, bytes);
        Ok(())
    }

    fn truncate(&self, length: u64) -> Result<(), FileError> {
        self.resize(length)
    }

    fn flush(&self) -> Result<(), FileError> {
        Ok(())
    }
}

fn disk() -> [DiskFile; 2] {
    let left = Rc::new(Cell::new(ROOM));
    [(); 2].map(|()| DiskFile {
        bytes: Rc::default(),
        left: left.clone(),
    })
}

fn put(log: &mut BlockingLog<DiskFile>, key: &str, length: usize) -> Result<(), FileError> {
    log.write(Batch {
        puts: vec![record(key, &"x".repeat(length))],
        deletes: Vec::new(),
    })
}

fn delete(log: &mut BlockingLog<DiskFile>, key: &str) -> Result<(), FileError> {
    log.write(Batch {
        puts: Vec::new(),
        deletes: vec![key.into()],
    })
}

/// Stores until nothing more goes in, however small; gives the keys.
fn fill(log: &mut BlockingLog<DiskFile>) -> Vec<String> {
    let mut keys = Vec::new();
    for length in [50_000, 5_000, 500, 50, 1] {
        loop {
            let key = format!("key {}", keys.len());
            match put(log, &key, length) {
                Ok(()) => keys.push(key),
                Err(fault) => {
                    assert_eq!(fault.name, "QuotaExceededError");
                    break;
                }
            }
        }
    }
    keys
}

fn compact(log: &mut BlockingLog<DiskFile>) {
    while log.compact().expect("there is room") == Progress::More {}
}

#[test]
fn given_a_full_disk_then_everything_can_be_removed_one_by_one_and_there_is_room_again() {
    let files = disk();
    let mut log = BlockingLog::open(files.clone()).expect("it opens");
    let keys = fill(&mut log);
    assert_eq!(log.scan("").expect("it reads").len(), keys.len());
    for (at, key) in keys.iter().enumerate() {
        delete(&mut log, key).expect("it is removed");
        compact(&mut log);
        assert_eq!(
            log.scan("").expect("it reads").len(),
            keys.len() - at - 1,
            "and nothing else"
        );
    }
    // A little that is out of date is not worth compacting.
    let more = fill(&mut log).len();
    assert!(more > keys.len() / 2, "{more} after {}", keys.len());
    let again = BlockingLog::open(files).expect("it opens");
    assert_eq!(again.scan("").expect("it reads").len(), more);
}

#[test]
fn given_a_full_disk_when_it_is_opened_again_then_everything_can_be_removed() {
    let files = disk();
    let mut log = BlockingLog::open(files.clone()).expect("it opens");
    let keys = fill(&mut log);
    // Others have taken what opening it has given back.
    let mut log = BlockingLog::open(files.clone()).expect("it opens");
    files[0].left.set(0);
    assert!(put(&mut log, "more", 1).is_err());
    let before = log.scan("").expect("it reads").len();
    assert_eq!(before, keys.len());
    log.clear().expect("it clears");
    assert_eq!(log.scan("").expect("it reads"), []);
    put(&mut log, "more", 50_000).expect("there is room");
    let again = BlockingLog::open(files).expect("it opens");
    assert_eq!(again.scan("").expect("it reads").len(), 1);
}

#[test]
fn given_a_full_disk_when_half_is_removed_then_compacting_needs_no_more_room() {
    let mut log = BlockingLog::open(disk()).expect("it opens");
    let keys = fill(&mut log);
    for key in &keys[..keys.len() / 2] {
        delete(&mut log, key).expect("it is removed");
    }
    compact(&mut log);
    put(&mut log, "new", 50_000).expect("there is room");
}
