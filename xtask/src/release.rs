//! `cargo xtask release --dry-run`: whether a release could be published, and what it would hold. Publishing is
//! for a person.

use crate::args::{ReleaseArgs, UNUSABLE};
use crate::{lint, paths, process, tarball};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::{Command, ExitCode};

/// The version in Cargo.toml.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How a release is made.
const STEPS: &str = "This command publishes nothing. To make a release:
1. Set the version in Cargo.toml and host-js/package.json, and make it CHANGELOG.md's newest heading.
2. Run `cargo xtask lint` and `cargo xtask test`, and commit.
3. Run `cargo xtask release --dry-run`: it checks all that, packs the package, and says which file it is.
4. Run `npm publish FILE`, and `git tag vVERSION`.";

/// The three places that name the version, and what `git status` lists.
struct Tree {
    package: String,
    heading: String,
    changed: String,
}

/// Checks and packs the package; without `--dry-run`, says what a person does.
///
/// # Errors
/// When something is not as a release needs it.
pub fn release(args: &ReleaseArgs) -> Result<ExitCode> {
    if !args.dry_run {
        eprintln!("{STEPS}");
        return Ok(ExitCode::from(UNUSABLE));
    }
    let wrong = Tree::read()?.wrong(VERSION);
    if !wrong.is_empty() {
        bail!("this cannot be released yet:\n{}", wrong.join("\n"));
    }
    let packed = lint::published::check()?;
    println!(
        "npm publish {} would publish pubwiki-lua {VERSION}:",
        packed.display()
    );
    for (file, bytes) in tarball::sizes(&packed)? {
        println!("{bytes:>9}  {file}");
    }
    Ok(ExitCode::SUCCESS)
}

impl Tree {
    fn read() -> Result<Self> {
        let read = |name: &str| {
            std::fs::read_to_string(paths::root().join(name))
                .with_context(|| format!("cannot read {name}"))
        };
        let package: Value = serde_json::from_str(&read("host-js/package.json")?)?;
        let changed = process::output(
            Command::new("git")
                .args(["status", "--porcelain"])
                .current_dir(paths::root()),
        )?;
        Ok(Self {
            package: package["version"].as_str().unwrap_or_default().to_owned(),
            heading: newest(&read("CHANGELOG.md")?).to_owned(),
            changed,
        })
    }

    /// What keeps it from being the release of this version, each with what to do.
    fn wrong(&self, version: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.package != version {
            wrong.push(format!(
                "- host-js/package.json has version {}, and Cargo.toml {version}: set both to the same",
                self.package
            ));
        }
        if self.heading.split_whitespace().next() != Some(version) {
            wrong.push(format!(
                "- CHANGELOG.md's newest heading is \"{}\": it should begin with {version}",
                self.heading
            ));
        }
        if !self.changed.is_empty() {
            wrong.push(format!(
                "- files are not committed:\n{}",
                self.changed.trim_end()
            ));
        }
        wrong
    }
}

/// The first heading of a changelog's second level.
fn newest(changelog: &str) -> &str {
    let heading = changelog.lines().find_map(|line| line.strip_prefix("## "));
    heading.unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::{Tree, newest};

    fn tree(package: &str, heading: &str, changed: &str) -> Tree {
        Tree {
            package: package.into(),
            heading: heading.into(),
            changed: changed.into(),
        }
    }

    #[test]
    fn a_tree_of_one_version_with_all_committed_is_a_release() {
        for heading in ["1.2.3", "1.2.3 (2026-01-31)"] {
            assert!(tree("1.2.3", heading, "").wrong("1.2.3").is_empty());
        }
    }

    #[test]
    fn all_that_keeps_a_tree_from_being_a_release_is_told_at_once() {
        let wrong = tree("1.2.2", "Unreleased", " M README.md\n").wrong("1.2.3");
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        for heading in ["1.2.30", "", "v1.2.3"] {
            assert_eq!(
                tree("1.2.3", heading, "").wrong("1.2.3").len(),
                1,
                "{heading}"
            );
        }
    }

    #[test]
    fn the_newest_heading_is_the_first_of_the_second_level() {
        assert_eq!(
            newest("# Changelog\n\n## 1.1.0\n\n- a\n\n## 1.0.0\n"),
            "1.1.0"
        );
        assert_eq!(newest("# Changelog\n"), "");
    }
}
