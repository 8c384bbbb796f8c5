//! The log with a great many records: others have turns, and what is written is there whole or not at all.

use super::blocking::BlockingLog;
use super::bytes;
use super::scripted::record;
use pubwiki_lua_runtime::platform::Platform as _;
use pubwiki_lua_runtime::protocol::Record;
use pubwiki_lua_runtime::storage::Batch;
use pubwiki_lua_runtime::storage::log::{File, FileError, Files, Log, Progress};
use pubwiki_lua_runtime::testing::{TestPlatform, records};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const MANY: usize = 20_000;
/// How many turns others have at least while so many records are worked on.
const TURNS: usize = MANY / 512;

/// A file in memory that remembers what it was after each change.
#[derive(Clone, Default)]
struct RememberingFile {
    bytes: Rc<RefCell<Vec<u8>>>,
    remembers: Rc<Cell<bool>>,
    states: Rc<RefCell<Vec<Vec<u8>>>>,
    /// How much was written at once, and made durable at once, at most.
    longest: Rc<Cell<usize>>,
    unflushed: Rc<Cell<usize>>,
    most_unflushed: Rc<Cell<usize>>,
}

impl RememberingFile {
    fn remember(&self) {
        if self.remembers.get() {
            self.states.borrow_mut().push(self.bytes.borrow().clone());
        }
    }
}

impl File for RememberingFile {
    fn length(&self) -> Result<u64, FileError> {
        Ok(self.bytes.borrow().len() as u64)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<usize, FileError> {
        let length = bytes::read(&self.bytes, at, into);
        self.longest.set(self.longest.get().max(length));
        Ok(length)
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), FileError> {
        bytes::write(&self.bytes, at, bytes);
        self.longest.set(self.longest.get().max(bytes.len()));
        self.unflushed.set(self.unflushed.get() + bytes.len());
        let most = self.most_unflushed.get().max(self.unflushed.get());
        self.most_unflushed.set(most);
        self.remember();
        Ok(())
    }

    fn truncate(&self, length: u64) -> Result<(), FileError> {
        self.bytes.borrow_mut().resize(length as usize, 0);
        self.remember();
        Ok(())
    }

    fn flush(&self) -> Result<(), FileError> {
        self.unflushed.set(0);
        Ok(())
    }
}

fn open(files: &Files<RememberingFile>) -> BlockingLog<RememberingFile> {
    BlockingLog::open(files.clone()).expect("it opens")
}

fn with_bytes(bytes: &[u8]) -> Files<RememberingFile> {
    let files = Files::<RememberingFile>::default();
    files[0].bytes.replace(bytes.to_vec());
    files
}

/// Does `work`, and gives how many turns others had meanwhile.
fn turns<T>(platform: &TestPlatform, work: impl Future<Output = T>) -> (T, usize) {
    let (turns, over) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let (counted, ended, others) = (turns.clone(), over.clone(), platform.clone());
    drop(platform.start(async move {
        while !ended.get() {
            others.next_task().await;
            counted.set(counted.get() + 1);
        }
    }));
    let done = platform.block_here(work);
    over.set(true);
    platform.run();
    (done, turns.get())
}

#[test]
fn given_many_records_then_others_have_turns_in_all_that_is_done_with_them() {
    let files = Files::<RememberingFile>::default();
    let mut log = open(&files);
    let records = records(MANY);
    let batch = Batch::puts(records.clone());
    let (written, turned) = turns(&log.platform, log.log.write(&batch));
    written.expect("it writes");
    assert!(turned >= TURNS, "{turned} turns to write");
    let (found, turned) = turns(&log.platform, log.log.scan(""));
    assert!(found.expect("it reads") == records);
    assert!(turned >= TURNS, "{turned} turns to read");
    let keys: Vec<String> = records.iter().map(|record| record.key.clone()).collect();
    let (found, turned) = turns(&log.platform, log.log.get_many(&keys));
    assert!(found.expect("it reads") == records);
    assert!(turned >= TURNS, "{turned} turns to find");
    let platform = log.platform.clone();
    let (log, turned) = turns(&platform, Log::open(files.clone(), platform.shared()));
    let mut log = log.expect("it opens");
    let pieces = files[0].bytes.borrow().len() / (1 << 16);
    assert!(turned >= pieces, "{turned} turns to open");
    let deletes = Batch::deletes(keys);
    let (deleted, turned) = turns(&platform, log.write(&deletes));
    deleted.expect("it writes");
    assert!(turned >= TURNS, "{turned} turns to delete");
    assert!(open(&files).scan("").expect("it reads").is_empty());
}

#[test]
fn given_many_records_that_were_written_out_of_order_then_they_are_read_in_order_and_in_turns() {
    let files = Files::<RememberingFile>::default();
    let mut log = open(&files);
    let records = records(MANY);
    let mut mixed = records.clone();
    mixed.sort_by_key(|record| record.value.bytes().rev().collect::<Vec<_>>());
    log.write(Batch::puts(mixed)).expect("it writes");
    let (found, turned) = turns(&log.platform, log.log.scan(""));
    assert!(found.expect("it reads") == records);
    assert!(turned >= 2 * TURNS, "{turned} turns");
}

#[test]
fn given_an_end_at_any_step_of_a_long_write_then_all_of_it_is_there_or_nothing() {
    let files = Files::<RememberingFile>::default();
    let mut log = open(&files);
    log.write(Batch::puts(vec![record("before", "1")]))
        .expect("it writes");
    files[0].remembers.set(true);
    let mut batch = Batch::puts(records(MANY));
    batch.deletes.push("before".into());
    log.write(batch).expect("it writes");
    let states = files[0].states.take();
    assert!(states.len() > 10, "it went in steps");
    let (whole, torn) = states.split_last().expect("there are some");
    for state in torn {
        let mut log = open(&with_bytes(state));
        assert_eq!(log.scan("").expect("it reads"), [record("before", "1")]);
        // It goes on from there.
        log.write(Batch::deletes(vec!["before".into()]))
            .expect("it writes");
        assert_eq!(log.scan("").expect("it reads"), []);
    }
    let after = open(&with_bytes(whole)).scan("").expect("it reads");
    assert!(after == records(MANY));
}

#[test]
fn given_many_bytes_then_none_are_written_or_made_durable_too_many_at_once() {
    let files = Files::<RememberingFile>::default();
    let mut log = open(&files);
    let records: Vec<Record> = (0..300)
        .map(|number| record(&format!("k{number:03}"), &"x".repeat(60_000)))
        .collect();
    log.write(Batch::puts(records.clone())).expect("it writes");
    assert!(files[0].most_unflushed.get() <= (4 << 20) + (1 << 17));
    assert!(open(&files).scan("").expect("it reads") == records);
    assert!(
        files[0].longest.get() <= 1 << 18,
        "{}",
        files[0].longest.get()
    );
}

#[test]
fn given_records_longer_than_a_piece_then_they_are_there_also_after_compacting() {
    let files = Files::<RememberingFile>::default();
    let mut log = open(&files);
    let long = |letter: &str| {
        let record = |number: usize| {
            record(
                &format!("k{number}"),
                &letter.repeat(50_000 + number * 99_999),
            )
        };
        (0..8).map(record).collect::<Vec<_>>()
    };
    log.write(Batch::puts(long("a"))).expect("it writes");
    assert!(open(&files).scan("").expect("it reads") == long("a"));
    for _ in 0..2 {
        log.write(Batch::puts(long("b"))).expect("it writes");
    }
    assert_eq!(log.compact(), Ok(Progress::More), "it is worth it");
    // A frame that is copied as it is.
    log.write(Batch::puts(long("c"))).expect("it writes");
    while log.compact().expect("it compacts") == Progress::More {}
    assert!(files[0].bytes.borrow().is_empty());
    assert!(log.scan("").expect("it reads") == long("c"));
    assert!(open(&files).scan("").expect("it reads") == long("c"));
}
