//! Native Lua: the very C sources that the worker's Lua is made of, unpatched, by the system's compiler.

use super::programs::{Runs, folder};
use crate::stamp::Stamp;
use crate::{paths, process};
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What it is called in the table.
pub const NAME: &str = "native";
/// The crate that brings the sources, and their folder in it, as `worker/lua-src` names them.
const CRATE: (&str, &str) = ("lua-src", "550.1.1");
const SOURCES: &str = "lua-5.4.8";
/// As Lua's own makefile has them.
const FLAGS: &[&str] = &["-O2", "-std=gnu99", "-DLUA_COMPAT_5_3", "-DLUA_USE_POSIX"];
/// Runs of one process, as the page has of one worker.
const RUNS: &str = "5";

/// Native Lua, which runs programs.
pub struct Native {
    binary: PathBuf,
}

impl Native {
    /// Compiles it.
    ///
    /// # Errors
    /// When the sources or the compiler are missing, or they do not compile.
    pub fn build() -> Result<Self> {
        let sources = sources()?;
        let main = paths::root().join("tests/bench/native/main.c");
        let folder = paths::target().join("native-lua");
        let (binary, mark) = (folder.join(SOURCES), folder.join("stamp"));
        let stamp = Stamp::of_files(&[sources.clone(), main.clone()], &FLAGS)?.to_string();
        if binary.is_file() && std::fs::read_to_string(&mark).is_ok_and(|made| made == stamp) {
            return Ok(Self { binary });
        }
        std::fs::create_dir_all(&folder)?;
        process::step(
            &format!(
                "compiling native Lua from {SOURCES} of the crate {}",
                CRATE.0
            ),
            || {
                process::run(
                    Command::new("cc")
                        .args(FLAGS)
                        .arg("-I")
                        .arg(&sources)
                        .arg(&main)
                        .args(paths::files_below(&sources, ".c")?)
                        .arg("-o")
                        .arg(&binary)
                        .arg("-lm"),
                )
            },
        )?;
        std::fs::write(mark, stamp)?;
        Ok(Self { binary })
    }

    /// Runs a program in `rounds` processes.
    ///
    /// # Errors
    /// When the program fails.
    pub fn measure(&self, program: &str, rounds: u32) -> Result<Runs> {
        let file = folder().join(program).with_extension("lua");
        let mut runs = Runs::none(NAME);
        for _ in 0..rounds {
            let printed = process::output(Command::new(&self.binary).arg(&file).arg(RUNS))?;
            let lines: Vec<_> = printed.lines().collect();
            let (first, _) = parse(lines.first())?;
            let (fifth, check) = parse(lines.last())?;
            runs.first.push(first);
            runs.fifth.push(fifth);
            runs.check = Some(check);
        }
        Ok(runs)
    }
}

/// The milliseconds of a run, and what the program returned.
fn parse(line: Option<&&str>) -> Result<(f64, String)> {
    let (ms, check) = line
        .and_then(|line| line.split_once('\t'))
        .context("native Lua printed no result")?;
    Ok((ms.parse()?, check.to_owned()))
}

/// Where cargo unpacked Lua's sources.
fn sources() -> Result<PathBuf> {
    let printed = process::output(
        Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(paths::root()),
    )?;
    let metadata: Value = serde_json::from_str(&printed)?;
    let (name, version) = CRATE;
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == name && package["version"] == version)
        .and_then(|package| Path::new(package["manifest_path"].as_str()?).parent())
        .map(|package| package.join(SOURCES))
        .ok_or_else(|| {
            anyhow!("cargo does not know the crate {name} {version}, which brings Lua's sources")
        })
}
