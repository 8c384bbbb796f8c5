//! The log: what was acknowledged is there whatever happens to the files.

use super::blocking::BlockingLog;
use super::bytes;
use super::scripted::record;
use proptest::prelude::*;
use pubwiki_lua_runtime::protocol::Record;
use pubwiki_lua_runtime::storage::Batch;
use pubwiki_lua_runtime::storage::log::{File, FileError, Files, Progress};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A file in memory that can run out of room. Clones are the same file.
#[derive(Clone, Default)]
struct MemoryFile {
    bytes: Rc<RefCell<Vec<u8>>>,
    /// The bytes that can still be written; no limit when absent.
    room: Rc<Cell<Option<usize>>>,
}

impl File for MemoryFile {
    fn length(&self) -> Result<u64, FileError> {
        Ok(self.bytes.borrow().len() as u64)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<usize, FileError> {
        Ok(bytes::read(&self.bytes, at, into))
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), FileError> {
        let length = self
            .room
            .get()
            .map_or(bytes.len(), |room| room.min(bytes.len()));
        bytes::write(&self.bytes, at, &bytes[..length]);
        self.room.set(self.room.get().map(|room| room - length));
        if length == bytes.len() {
            return Ok(());
        }
        Err(FileError {
            name: "QuotaExceededError".into(),
            message: "it is full".into(),
        })
    }

    fn truncate(&self, length: u64) -> Result<(), FileError> {
        self.bytes.borrow_mut().resize(length as usize, 0);
        Ok(())
    }

    fn flush(&self) -> Result<(), FileError> {
        Ok(())
    }
}

fn copy(files: &Files<MemoryFile>) -> Files<MemoryFile> {
    files.each_ref().map(|file| MemoryFile {
        bytes: Rc::new(RefCell::new(file.bytes.borrow().clone())),
        room: Rc::default(),
    })
}

fn open(files: &Files<MemoryFile>) -> BlockingLog<MemoryFile> {
    BlockingLog::open(files.clone()).expect("it opens")
}

fn all(log: &BlockingLog<MemoryFile>) -> Vec<Record> {
    log.scan("").expect("it reads")
}

fn puts(records: Vec<Record>) -> Batch {
    Batch {
        puts: records,
        deletes: Vec::new(),
    }
}

/// What a user may do.
#[derive(Clone, Debug)]
enum Act {
    Write(Vec<(u8, Option<String>)>),
    Clear,
    Compact,
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let text = proptest::option::weighted(0.8, ".{0,40}");
    let batch = proptest::collection::vec((0..12_u8, text), 0..6);
    let act = prop_oneof![
        8 => batch.prop_map(Act::Write),
        1 => Just(Act::Clear),
        3 => Just(Act::Compact),
        1 => Just(Act::Reopen),
    ];
    proptest::collection::vec(act, 0..24)
}

type Model = BTreeMap<String, Record>;

fn batch(writes: &[(u8, Option<String>)], model: &mut Model) -> Batch {
    let distinct: BTreeMap<String, &Option<String>> = writes
        .iter()
        .map(|(key, value)| (format!("k{key}"), value))
        .collect();
    let mut batch = Batch::default();
    for (key, value) in distinct {
        match value {
            Some(text) => {
                let new = record(&key, text);
                model.insert(key, new.clone());
                batch.puts.push(new);
            }
            None => {
                model.remove(&key);
                batch.deletes.push(key);
            }
        }
    }
    batch
}

proptest! {
    #[test]
    fn the_log_holds_what_a_map_would(acts in acts()) {
        let files = Files::<MemoryFile>::default();
        let (mut log, mut model) = (open(&files), Model::new());
        for act in &acts {
            match act {
                Act::Write(writes) => log.write(batch(writes, &mut model)).expect("it writes"),
                Act::Clear => {
                    log.clear().expect("it clears");
                    model.clear();
                }
                Act::Compact => drop(log.compact().expect("it compacts")),
                Act::Reopen => log = open(&files),
            }
            prop_assert!(all(&log).iter().eq(model.values()));
        }
        for key in 0..12 {
            let key = format!("k{key}");
            prop_assert_eq!(log.get(&key).expect("it reads"), model.get(&key).cloned());
        }
        prop_assert!(all(&open(&files)).iter().eq(model.values()));
    }

    #[test]
    fn a_last_batch_torn_anywhere_is_not_there_and_nothing_else_is_lost(
        first in proptest::collection::vec((0..12_u8, ".{0,20}".prop_map(Some)), 1..6),
        last in proptest::collection::vec((0..12_u8, proptest::option::of(".{0,20}")), 1..4),
        garbage in proptest::collection::vec(any::<u8>(), 0..30),
    ) {
        let files = Files::<MemoryFile>::default();
        let (mut log, mut model) = (open(&files), Model::new());
        log.write(batch(&first, &mut model)).expect("it writes");
        let acknowledged = files[0].bytes.borrow().len();
        log.write(batch(&last, &mut model.clone())).expect("it writes");
        let whole = files[0].bytes.borrow().len();
        for length in acknowledged..whole {
            let torn = copy(&files);
            torn[0].bytes.borrow_mut().truncate(length);
            torn[0].bytes.borrow_mut().extend_from_slice(&garbage);
            // The garbage may be just what was cut off.
            if torn[0].bytes.borrow().starts_with(&files[0].bytes.borrow()) {
                continue;
            }
            let mut log = open(&torn);
            prop_assert!(all(&log).iter().eq(model.values()));
            // It goes on from there.
            log.write(puts(vec![record("new", "1")])).expect("it writes");
            prop_assert_eq!(all(&open(&torn)).len(), model.len() + 1);
        }
    }
}

/// Writes the same keys until the log is worth compacting.
fn worn(files: &Files<MemoryFile>) -> (BlockingLog<MemoryFile>, Vec<Record>) {
    let mut log = open(files);
    let mut records = Vec::new();
    for round in 0..8 {
        records = (0..400)
            .map(|key| {
                record(
                    &format!("key {key:03}"),
                    &format!("{round}{}", "x".repeat(200)),
                )
            })
            .collect();
        log.write(puts(records.clone())).expect("it writes");
    }
    (log, records)
}

#[test]
fn given_much_that_is_out_of_date_then_compacting_makes_the_log_small_and_keeps_every_record() {
    let files = Files::<MemoryFile>::default();
    let (mut log, records) = worn(&files);
    let before = files[0].bytes.borrow().len();
    while log.compact().expect("it compacts") == Progress::More {}
    assert_eq!(all(&log), records);
    assert!(files[0].bytes.borrow().is_empty());
    assert!(files[1].bytes.borrow().len() * 4 < before);
    assert_eq!(all(&open(&files)), records);
}

#[test]
fn given_writes_during_a_compaction_then_they_are_there_after_it() {
    let files = Files::<MemoryFile>::default();
    let (mut log, mut records) = worn(&files);
    let mut round = 0;
    while log.compact().expect("it compacts") == Progress::More {
        if round < 5 {
            records[round] = record(&records[round].key, "\"new\"");
            log.write(puts(vec![records[round].clone()]))
                .expect("it writes");
            let gone = records.pop().expect("there are more");
            log.write(Batch {
                puts: Vec::new(),
                deletes: vec![gone.key],
            })
            .expect("it writes");
        }
        round += 1;
    }
    assert!(round > 1, "it went in steps");
    assert_eq!(all(&log), records);
    assert_eq!(all(&open(&files)), records);
}

#[test]
fn given_an_end_at_any_step_of_a_compaction_then_every_record_is_there() {
    let files = Files::<MemoryFile>::default();
    let (mut log, records) = worn(&files);
    loop {
        let progress = log.compact().expect("it compacts");
        assert_eq!(all(&open(&copy(&files))), records);
        if progress == Progress::Done {
            break;
        }
    }
}

#[test]
fn given_a_torn_header_of_the_new_log_then_the_old_one_counts() {
    let files = Files::<MemoryFile>::default();
    let (mut log, records) = worn(&files);
    log.compact().expect("it compacts");
    // As if it had been cut while its header was written.
    files[1].bytes.borrow_mut()[..12].copy_from_slice(b"pwlualg1\x02\0\0\0");
    assert_eq!(all(&open(&copy(&files))), records);
}

#[test]
fn given_no_room_then_nothing_of_the_batch_is_there_and_the_rest_stays() {
    let files = Files::<MemoryFile>::default();
    let mut log = open(&files);
    log.write(puts(vec![record("a", "1")])).expect("it writes");
    files[0].room.set(Some(40));
    let fault = log
        .write(puts(vec![record("b", "2"), record("c", &"x".repeat(99))]))
        .expect_err("it is full");
    assert_eq!(fault.name, "QuotaExceededError");
    assert_eq!(all(&log), [record("a", "1")]);
    files[0].room.set(None);
    log.write(puts(vec![record("d", "4")])).expect("it writes");
    assert_eq!(all(&open(&files)), [record("a", "1"), record("d", "4")]);
}

#[test]
fn given_no_room_for_a_new_log_then_the_old_one_goes_on() {
    let files = Files::<MemoryFile>::default();
    let (mut log, records) = worn(&files);
    files[1].room.set(Some(1000));
    while let Ok(Progress::More) = log.compact() {}
    log.write(puts(vec![record("z", "1")])).expect("it writes");
    assert_eq!(log.compact(), Ok(Progress::Done), "not again at once");
    assert_eq!(all(&open(&files)).len(), records.len() + 1);
}

#[test]
fn given_damage_before_what_was_acknowledged_then_opening_says_so_and_cuts_nothing() {
    let files = Files::<MemoryFile>::default();
    let mut log = open(&files);
    log.write(puts(vec![record("a", "1")])).expect("it writes");
    let middle = files[0].bytes.borrow().len() - 3;
    log.write(puts(vec![record("b", "2")])).expect("it writes");
    files[0].bytes.borrow_mut()[middle] ^= 1;
    let before = files[0].bytes.borrow().clone();
    let fault = BlockingLog::open(files.clone())
        .err()
        .expect("it is damaged");
    assert_eq!(fault.name, "DataError");
    assert_eq!(*files[0].bytes.borrow(), before);
}

#[test]
fn given_a_log_of_another_version_then_it_is_left_alone() {
    let files = Files::<MemoryFile>::default();
    open(&files);
    files[0].bytes.borrow_mut()[7] = b'2';
    assert!(BlockingLog::open(files.clone()).is_err());
}
