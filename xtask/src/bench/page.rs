//! The page that measures, with its workers and our peers bundled.

use crate::{paths, process, setup};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The entries that are bundled by themselves: the page, and what it starts as workers.
const ENTRIES: &[&str] = &[
    "src/page.ts",
    "src/reload.ts",
    "src/wasmoon-worker.ts",
    "src/fengari-worker.ts",
    "src/calls-worker.ts",
    "src/shared/frame.ts",
];
/// The modules that the code of wasmoon and fengari names for Node alone, and what they ask of it.
const FOR_NODE: &[&str] = &[
    "--external:child_process",
    "--external:crypto",
    "--external:fs",
    "--external:module",
    "--external:os",
    "--external:path",
    "--external:readline-sync",
    "--external:tmp",
    "--external:url",
    // fengari looks for its settings there.
    "--define:process.env.FENGARICONF=undefined",
];

/// Checks and bundles it; gives back the folder.
///
/// # Errors
/// When npm fails, or the TypeScript is not right.
pub fn bundle() -> Result<PathBuf> {
    let (source, into) = (folder(), paths::target().join("bench"));
    setup::npm_packages(&source)?;
    process::step("checking and bundling the benchmarks", || {
        process::run(&mut tool("tsc"))?;
        process::run(
            tool("esbuild")
                .args(ENTRIES)
                .args([
                    "--bundle",
                    "--minify",
                    "--format=esm",
                    "--target=es2022",
                    "--log-level=warning",
                ])
                .arg("--loader:.lua=text")
                .args(FOR_NODE)
                .arg(format!("--outdir={}", into.display())),
        )?;
        for page in ["bench.html", "reload.html", "shared/frame.html"] {
            std::fs::copy(source.join("src").join(page), into.join(page))?;
        }
        std::fs::copy(
            source.join("node_modules/wasmoon/dist/glue.wasm"),
            into.join("glue.wasm"),
        )?;
        Ok(())
    })?;
    Ok(into)
}

fn folder() -> PathBuf {
    paths::root().join("tests/bench")
}

/// A program that `host-js` has among its npm packages, in our folder.
fn tool(name: &str) -> Command {
    let mut command = Command::new(paths::host_js().join("node_modules/.bin").join(name));
    command.current_dir(folder());
    command
}
