//! Counts.

use anyhow::Result;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many tests passed and failed so far.
#[derive(Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
    /// How long what took.
    took: Vec<(&'static str, Duration)>,
}

impl Tally {
    /// Does what a group is about, and notes how long it takes.
    ///
    /// # Errors
    /// What `work` fails with.
    pub fn group<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let started = Instant::now();
        let done = work(self);
        self.took.push((name, started.elapsed()));
        done
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.add(other.passed, other.failed);
        self.took.extend(other.took);
    }

    /// How many passed and failed.
    #[cfg(test)]
    pub fn counts(&self) -> (u64, u64) {
        (self.passed, self.failed)
    }

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

    /// Shows a failure that is counted otherwise.
    pub fn failure(&self, name: &str, message: &str) {
        let mut text = format!("FAILED {name}");
        for line in message.lines() {
            text += "\n    ";
            text += line;
        }
        // In one piece: others print meanwhile.
        println!("{text}");
    }

    /// Prints the last lines. Tests that failed, or none at all, are a failure.
    pub fn report(&self) -> ExitCode {
        if self.passed + self.failed == 0 {
            println!(
                "no test ran: --only takes a group, or a part of the name of a test or of a browser test's FOLDER/FILE; see `cargo xtask test --help`"
            );
        }
        let took = self.took.iter();
        let took = took.map(|(name, time)| format!("{name} {:.0} s", time.as_secs_f64()));
        println!("{}", took.collect::<Vec<_>>().join(", "));
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 && self.passed > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
