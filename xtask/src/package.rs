//! The npm package's folder: its JavaScript, its types, and what is current in it.

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

    /// Whether `step` was done from the same inputs and its files are there.
    pub fn is_current(&self, step: &str, stamp: Stamp, files: &[&str]) -> bool {
        std::fs::read_to_string(self.stamps.join(step)).is_ok_and(|text| text == stamp.to_string())
            && files.iter().all(|name| self.file(name).is_file())
    }

    /// Remembers that `step` is done.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn mark_current(&self, step: &str, stamp: Stamp) -> Result<()> {
        Ok(std::fs::write(self.stamps.join(step), stamp.to_string())?)
    }

    /// Puts a minified JavaScript module into the package.
    ///
    /// # Errors
    /// When esbuild does not take it.
    pub fn minify(&self, module: &Path, name: &str) -> Result<()> {
        process::run(
            esbuild()
                .arg(module)
                .args(["--minify", "--format=esm", "--target=es2022"])
                .arg(format!("--outfile={}", self.file(name).display())),
        )
    }

    /// Bundles and types `host-js`, and adds what npm wants.
    ///
    /// # Errors
    /// When the TypeScript is not strictly right, or does not bundle.
    pub fn add_host(&self) -> Result<()> {
        let names = [
            "src",
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "tsconfig.build.json",
            "../README.md",
        ];
        let inputs = names.map(|name| paths::host_js().join(name));
        let stamp = Stamp::of_files(&inputs, &include_str!("package.rs"))?;
        if self.is_current(
            "host",
            stamp,
            &[
                "index.js",
                "index.d.ts",
                "worker.js",
                "package.json",
                "README.md",
            ],
        ) {
            return Ok(());
        }
        process::step("bundling host-js and its types", || {
            let folder = self.folder.display();
            process::run(npm_run("types").arg("--outDir").arg(&self.folder))?;
            process::run(
                npm_run("bundle")
                    .arg(format!("--outdir={folder}"))
                    .arg("--external:./jspi.js")
                    .arg("--external:./portable.js"),
            )?;
            std::fs::copy(paths::root().join("README.md"), self.file("README.md"))?;
            std::fs::write(self.file("package.json"), manifest()?)?;
            Ok(())
        })?;
        self.mark_current("host", stamp)
    }
}

/// What npm publishes: `host-js`'s manifest without what only its development needs.
fn manifest() -> Result<String> {
    let text = std::fs::read_to_string(paths::host_js().join("package.json"))?;
    let mut manifest: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).context("host-js/package.json is not a JSON object")?;
    for key in ["private", "scripts", "devDependencies"] {
        manifest.remove(key);
    }
    Ok(format!("{:#}\n", serde_json::Value::Object(manifest)))
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
