//! Counts.

use anyhow::Result;
use std::process::ExitCode;

/// How many tests passed and failed so far.
#[derive(Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Adds a group's counts.
    pub fn add(&mut self, passed: u64, failed: u64) {
        self.passed += passed;
        self.failed += failed;
    }

    /// Adds one test, says why when it failed, and tells whether it passed.
    pub fn one<T>(&mut self, name: &str, result: Result<T>) -> bool {
        match result {
            Ok(_) => self.add(1, 0),
            Err(error) => {
                self.failure(name, &format!("{error:#}"));
                self.add(0, 1);
                return false;
            }
        }
        true
    }

    /// Notes a step that tests need: it counts when it fails. Tells whether it succeeded.
    pub fn step<T>(&mut self, name: &str, result: Result<T>) -> bool {
        result.is_ok() || self.one(name, result)
    }

    /// Shows a failure that is counted elsewhere.
    pub fn failure(&self, name: &str, message: &str) {
        println!("FAILED {name}");
        for line in message.lines() {
            println!("    {line}");
        }
    }

    /// Prints the last line. Tests that failed, or none at all, are a failure.
    pub fn report(&self) -> ExitCode {
        if self.passed + self.failed == 0 {
            println!(
                "no test ran: --only takes a group, or a part of the name of a test or of a browser test's FOLDER/FILE; see `cargo xtask test --help`"
            );
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 && self.passed > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
