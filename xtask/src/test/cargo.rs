//! The Rust tests, natively.

use super::tally::Tally;
use crate::{paths, process};
use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Runs `cargo test` with `packages`, of whose tests those with one of `filters` in their names are wanted, or all, and adds
/// what it counts.
///
/// # Errors
/// When cargo cannot be started.
pub fn test(packages: &[&str], filters: &[impl AsRef<OsStr>], tally: &mut Tally) -> Result<()> {
    let name = format!("cargo test {}", packages.join(" "));
    let (success, text) = process::step(&name, || {
        let output = Command::new("cargo")
            .args(["test", "--no-fail-fast"])
            .args(packages)
            .arg("--")
            .args(filters)
            .current_dir(paths::root())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cannot start cargo")?;
        Ok((
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        ))
    })?;
    let (passed, failed) = count(&text);
    tally.add(passed, failed);
    if !success {
        tally.failure(&name, &text);
        if failed == 0 {
            tally.add(0, 1);
        }
    }
    Ok(())
}

/// Sums lines such as `test result: ok. 5 passed; 0 failed; …`.
fn count(text: &str) -> (u64, u64) {
    let number = |line: &str, word: &str| {
        line.split([';', '.'])
            .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
            .unwrap_or(0)
    };
    text.lines()
        .filter(|line| line.starts_with("test result:"))
        .fold((0, 0), |(passed, failed), line| {
            (
                passed + number(line, "passed"),
                failed + number(line, "failed"),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn counts_of_all_test_binaries_are_summed() {
        let text = "running 2 tests\ntest result: ok. 5 passed; 0 failed; 1 ignored; 0 measured\n\
                    test result: FAILED. 10 passed; 2 failed; 0 ignored\n";
        assert_eq!(count(text), (15, 2));
    }
}
