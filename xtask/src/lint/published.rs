//! The package as it is published: what it holds, and that npm's tools and an old TypeScript take it.

use crate::build;
use crate::package::Flavour;
use crate::{paths, process, setup, tarball};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// The files that are published, besides types.
const FILES: &[&str] = &[
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "THIRD-PARTY-NOTICES.txt",
    "cache.js",
    "cache.js.map",
    "cli.js",
    "cli.js.map",
    "compiler.wasm",
    "index.js",
    "index.js.map",
    "inline.js",
    "jspi.wasm",
    "library/basic.lua",
    "library/debug.lua",
    "library/host.lua",
    "library/io.lua",
    "library/json.lua",
    "library/os.lua",
    "library/package.lua",
    "library/state.lua",
    "nats.js",
    "nats.js.map",
    "node-worker.js",
    "node-worker.js.map",
    "node.js",
    "node.js.map",
    "package.json",
    "portable.wasm",
    "testing.js",
    "testing.js.map",
    "worker.js",
    "worker.js.map",
];

/// Builds, packs and checks it, and gives back the packed file.
///
/// # Errors
/// When something is not as it must be.
pub fn check() -> Result<PathBuf> {
    build::build(Flavour::Release)?;
    let folder = paths::root().join("tests/package");
    setup::npm_packages(&folder)?;
    let tarball = tarball::pack()?;
    let mut files = tarball::files(&tarball)?;
    files.retain(|file| !file.ends_with(".d.ts"));
    files.sort();
    ensure!(
        files == FILES,
        "the package holds {files:?}, and should hold {FILES:?}"
    );
    tarball::install(&tarball, &folder)?;
    let tool = |path: &str| {
        let mut command = Command::new("node");
        command
            .arg(folder.join("node_modules").join(path))
            .current_dir(&folder);
        command
    };
    process::step("publint", || {
        process::run(tool("publint/src/cli.js").arg("--strict").arg(&tarball))
    })?;
    process::step("are the types wrong", || {
        process::run(
            tool("@arethetypeswrong/cli/dist/index.js")
                .arg(&tarball)
                .args([
                    "--profile",
                    "esm-only",
                    "--exclude-entrypoints",
                    "jspi.wasm",
                    "portable.wasm",
                    "compiler.wasm",
                ]),
        )
    })?;
    process::step("the types, by the oldest TypeScript", || {
        process::run(&mut tool("typescript/bin/tsc"))
    })?;
    Ok(tarball)
}
