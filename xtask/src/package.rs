//! The npm package's folder: its JavaScript, its types, and what is current in it.

use crate::cli::Artifact;
use crate::stamp::Stamp;
use crate::{paths, process};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

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

    /// wasm-bindgen's JavaScript for an artifact, of which the worker's script is made.
    pub fn glue(&self, artifact: Artifact) -> PathBuf {
        self.stamps.join(format!("{}.js", artifact.name()))
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

    /// Removes all but the modules: types of modules that are gone would be published.
    fn remove_host(&self) -> Result<()> {
        for entry in self.folder.read_dir()? {
            let path = entry?.path();
            if path.is_dir() {
                std::fs::remove_dir_all(path)?;
            } else if path.extension().is_none_or(|extension| extension != "wasm") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Bundles and types `host-js` with the glue of `artifacts`, and adds what npm wants.
    ///
    /// # Errors
    /// When the TypeScript is not strictly right, or does not bundle.
    pub fn add_host(&self, artifacts: [Artifact; 2]) -> Result<()> {
        let names = [
            "src",
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "tsconfig.build.json",
            "../README.md",
        ];
        let inputs = names.map(|name| paths::host_js().join(name));
        let glue = artifacts.map(|artifact| self.glue(artifact));
        let stamp = Stamp::of_files(&[&inputs[..], &glue].concat(), &include_str!("package.rs"))?;
        let made = [
            "index.js",
            "index.d.ts",
            "testing.js",
            "testing.d.ts",
            "worker.js",
            "worker.d.ts",
            "package.json",
            "README.md",
        ];
        if self.is_current("host", stamp, &made.map(|name| self.file(name))) {
            return Ok(());
        }
        process::step("bundling host-js and its types", || {
            self.remove_host()?;
            let folder = self.folder.display();
            process::run(npm_run("types").arg("--outDir").arg(&self.folder))?;
            let glue = Artifact::ALL.iter().zip(&glue);
            process::run(
                npm_run("bundle")
                    .arg(format!("--outdir={folder}"))
                    .args(glue.map(|(artifact, file)| {
                        format!("--alias:glue/{}={}", artifact.name(), file.display())
                    })),
            )?;
            std::fs::copy(paths::root().join("README.md"), self.file("README.md"))?;
            // What only development needs is not published. npm keeps the order of the rest,
            // which matters within `exports`.
            std::fs::copy(
                paths::host_js().join("package.json"),
                self.file("package.json"),
            )?;
            process::run(
                Command::new("npm")
                    .args(["pkg", "delete", "private", "scripts", "devDependencies"])
                    .current_dir(&self.folder),
            )?;
            Ok(())
        })?;
        self.mark_current("host", stamp)
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
