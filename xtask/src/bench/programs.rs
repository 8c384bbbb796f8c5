//! The programs in `tests/bench/programs`, which all contenders run: their times side by side.

use super::table::{geometric_mean, median};
use crate::paths;
use anyhow::Result;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What the names of all programs begin with, for `--only`.
const GROUP: &str = "programs/";

/// The folder of the programs.
pub fn folder() -> PathBuf {
    paths::root().join("tests/bench/programs")
}

/// The names of the programs that have `only` in theirs, in order.
///
/// # Errors
/// When the folder cannot be listed.
pub fn names(only: Option<&str>) -> Result<Vec<String>> {
    let mut names: Vec<_> = paths::files_below(&folder(), ".lua")?
        .iter()
        .filter_map(|file| Some(file.file_stem()?.to_string_lossy().into_owned()))
        .filter(|name| only.is_none_or(|only| format!("{GROUP}{name}").contains(only)))
        .collect();
    names.sort();
    Ok(names)
}

/// What all contenders took for a program; the first is ours.
pub struct Program {
    name: String,
    contenders: Vec<Runs>,
}

/// What one took.
pub struct Runs {
    contender: String,
    /// The milliseconds of the first run of each worker.
    pub first: Vec<f64>,
    /// Those of the fifth; fewer for a contender that is very slow.
    pub fifth: Vec<f64>,
    /// What the program returned.
    pub check: Option<String>,
    failed: Option<String>,
}

impl Runs {
    /// Of one that has run nothing yet.
    pub fn none(contender: &str) -> Self {
        Self {
            contender: contender.to_owned(),
            first: Vec::new(),
            fifth: Vec::new(),
            check: None,
            failed: None,
        }
    }

    fn from_report(runs: &Value) -> Option<Self> {
        let times = |of: &str| {
            runs[of]
                .as_array()?
                .iter()
                .map(Value::as_f64)
                .collect::<Option<Vec<_>>>()
        };
        let text = |of: &str| runs[of].as_str().map(str::to_owned);
        Some(Self {
            contender: text("contender")?,
            first: times("first")?,
            fifth: times("fifth")?,
            check: text("check"),
            failed: text("failed"),
        })
    }
}

impl Program {
    /// From what the page reports, with native Lua's, which says what is right; none when it is not of that shape.
    pub fn from_report(report: &Value, native: impl FnOnce(&str) -> Option<Runs>) -> Option<Self> {
        let name = report["name"].as_str()?.to_owned();
        let mut contenders: Vec<_> = report["contenders"]
            .as_array()?
            .iter()
            .map(Runs::from_report)
            .collect::<Option<_>>()?;
        let native = native(&name)?;
        for runs in &mut contenders {
            if runs.failed.is_none() && runs.check != native.check {
                let said =
                    |check: &Option<String>| check.clone().unwrap_or_else(|| "nothing".into());
                runs.failed = Some(format!(
                    "it returned {}, and native Lua {}",
                    said(&runs.check),
                    said(&native.check)
                ));
            }
        }
        contenders.push(native);
        Some(Self { name, contenders })
    }

    /// The median of one contender's first or fifth runs; none without a run, or if it failed.
    fn time(&self, contender: usize, run: Run) -> Option<f64> {
        let runs = self.contenders.get(contender)?;
        let times = match run {
            Run::First => &runs.first,
            Run::Fifth => &runs.fifth,
        };
        (runs.failed.is_none() && !times.is_empty()).then(|| median(times))
    }

    /// Ours over another's.
    fn ratio(&self, contender: usize, run: Run) -> Option<f64> {
        Some(self.time(0, run)? / self.time(contender, run)?)
    }

    /// Prints medians in milliseconds, ratios, of which those below 1 are in our favour, and what failed.
    pub fn print(&self, with_head: bool) {
        if with_head {
            println!("{}", self.head());
        }
        for run in Run::ALL {
            println!("{}", self.row(run));
        }
        for runs in &self.contenders {
            if let Some(failed) = &runs.failed {
                println!("{GROUP}{}, {}: {failed}", self.name, runs.contender);
            }
        }
    }

    fn head(&self) -> String {
        let mut head = format!("{:<20}{:<6}", "program, in ms", "run");
        for runs in &self.contenders {
            let _ = write!(head, "{:>14}", runs.contender);
        }
        head.push_str("  |");
        for runs in &self.contenders[1..] {
            let _ = write!(head, "{:>14}", format!("/{}", runs.contender));
        }
        head
    }

    fn row(&self, run: Run) -> String {
        let name = if run == Run::First { &self.name } else { "" };
        let mut row = format!("{name:<20}{:<6}", run.name());
        for (index, runs) in self.contenders.iter().enumerate() {
            let cell = match self.time(index, run) {
                Some(ms) => format!("{ms:.1}"),
                None if runs.failed.is_some() => "failed".into(),
                None => "-".into(),
            };
            let _ = write!(row, "{cell:>14}");
        }
        row.push_str("  |");
        for index in 1..self.contenders.len() {
            row.push_str(&ratio(self.ratio(index, run)));
        }
        row
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Run {
    First,
    Fifth,
}

impl Run {
    const ALL: [Self; 2] = [Self::First, Self::Fifth];

    fn name(self) -> &'static str {
        match self {
            Self::First => "1st",
            Self::Fifth => "5th",
        }
    }
}

fn ratio(ratio: Option<f64>) -> String {
    let cell = ratio.map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}"));
    format!("{cell:>14}")
}

/// Prints ours over each other's in the geometric mean; tells whether no contender failed.
pub fn print_means(programs: &[Program]) -> bool {
    let Some(Program { contenders, .. }) = programs.first() else {
        return true;
    };
    for run in Run::ALL {
        let mut row = format!("{:<20}{:<6}", "geometric mean", run.name());
        let _ = write!(row, "{:>width$}  |", "", width = 14 * contenders.len());
        for index in 1..contenders.len() {
            let ratios = programs
                .iter()
                .filter_map(|program| program.ratio(index, run));
            row.push_str(&ratio(geometric_mean(ratios)));
        }
        println!("{row}");
    }
    println!(
        "native: Lua 5.4.8 from the sources of ours, by cc -O2; a ratio is ours over the other's"
    );
    let failed = |runs: &Runs| runs.failed.is_some();
    !programs
        .iter()
        .any(|program| program.contenders.iter().any(failed))
}
