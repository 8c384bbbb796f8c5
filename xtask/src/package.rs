//! The npm package's folder: its JavaScript, its types, and what is current in it.

use crate::args::Artifact;
use crate::paths;
use crate::stamp::Stamp;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which package.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// `target/package`, which is shipped.
    Release,
    /// `target/package-testing`, whose worker has test-only functions.
    Testing,
    /// `target/package-unmetered`, whose Lua burns no fuel: for measuring what that costs, in the
    /// jspi artifact.
    Unmetered,
}

impl Flavour {
    /// The worker's feature that makes it.
    pub fn feature(self) -> Option<&'static str> {
        (self == Self::Testing).then_some("testing")
    }

    /// The folder's name under `target`.
    pub fn folder(self) -> &'static str {
        match (self, is_checked()) {
            (Self::Release, false) => "package",
            (Self::Testing, false) => "package-testing",
            (Self::Release, true) => "package-checked",
            (Self::Testing, true) => "package-testing-checked",
            (Self::Unmetered, _) => "package-unmetered",
        }
    }
}

/// Whether the environment asks for packages whose worker traps where a sum overflows, in Rust or in Lua's C.
pub fn is_checked() -> bool {
    std::env::var_os("PUBWIKI_LUA_CHECKED").is_some()
}

/// The folder that `npm pack` packs.
pub struct Package {
    folder: PathBuf,
    stamps: PathBuf,
}

impl Package {
    /// The package of this name under the target folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(name: &str) -> Result<Self> {
        let package = Self {
            folder: paths::target().join(name),
            stamps: paths::target().join("xtask").join(name),
        };
        for folder in [&package.folder, &package.stamps] {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(package)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file of it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A file that the package is made from.
    pub fn part(&self, name: &str) -> PathBuf {
        self.stamps.join(name)
    }

    /// wasm-bindgen's JavaScript for an artifact, of which the worker's script is made.
    pub fn glue(&self, artifact: Artifact) -> PathBuf {
        self.part(&format!("{}.js", artifact.name()))
    }

    /// Whether `step` was done from the same inputs and its files are there.
    pub fn is_current(&self, step: &str, stamp: Stamp, files: &[PathBuf]) -> bool {
        std::fs::read_to_string(self.stamps.join(step)).is_ok_and(|text| text == stamp.to_string())
            && files.iter().all(|file| file.is_file())
    }

    /// Remembers that `step` is done.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn mark_current(&self, step: &str, stamp: Stamp) -> Result<()> {
        Ok(std::fs::write(self.stamps.join(step), stamp.to_string())?)
    }
}

/// esbuild, in `host-js`.
pub fn esbuild() -> Command {
    let mut command = Command::new(paths::host_js().join("node_modules/.bin/esbuild"));
    command
        .current_dir(paths::host_js())
        .arg("--log-level=warning");
    command
}

/// A program of one of `host-js`'s npm packages; the caller says where it works.
pub fn node_tool(path: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(paths::host_js().join("node_modules").join(path));
    command
}

/// A script of `host-js`; what is added to the command goes to the script's program.
pub fn npm_run(script: &str) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["run", "--silent", script, "--"])
        .current_dir(paths::host_js());
    command
}
