//! The parts of the package besides the WebAssembly modules: its JavaScript, its types, its documents.

use crate::args::Artifact;
use crate::package::{Package, esbuild, npm_run};
use crate::stamp::Stamp;
use crate::{notices, paths, process};
use anyhow::{Context, Result};
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

/// The sources that it is made from, in `host-js`.
const SOURCES: &[&str] = &[
    "src",
    LIBRARY,
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
];

/// The definitions for editors of Lua.
const LIBRARY: &str = "library";

/// The files that are copied as they are, from the repository.
const DOCUMENTS: &[&str] = &["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"];

/// The licenses of others, which is rewritten.
const NOTICES: &str = "THIRD-PARTY-NOTICES.txt";

/// The modules that pages import, and the worker's script: each has types of the same name.
const MODULES: &[&str] = &["cache", "index", "inline", "nats", "testing", "worker"];

/// What is for Node, Deno and Bun alone: the client, the script of its threads, the command. They have the types
/// of `index`.
const NODE_MODULES: &[&str] = &["node", "node-worker", "cli"];

/// The fields of `package.json` that only development needs.
const NOT_PUBLISHED: &[&str] = &["private", "scripts", "devDependencies", "imports"];

/// Adds it all, with the glue of `artifacts`.
///
/// # Errors
/// When the TypeScript is not strictly right, or does not bundle.
pub fn add(package: &Package, artifacts: [Artifact; 2]) -> Result<()> {
    let glue = artifacts.map(|artifact| package.glue(artifact));
    let inlined = package.file("portable.wasm");
    let inputs = SOURCES
        .iter()
        .map(|name| paths::host_js().join(name))
        .chain(DOCUMENTS.iter().map(|name| paths::root().join(name)))
        .chain([paths::root().join("Cargo.lock")])
        .chain(glue.clone())
        .chain(inlined.is_file().then(|| inlined.clone()))
        .collect::<Vec<_>>();
    let code = (include_str!("host.rs"), include_str!("notices.rs"));
    let stamp = Stamp::of_files(&inputs, &code)?;
    let has_inline = inlined.is_file();
    let modules = MODULES
        .iter()
        .filter(|name| has_inline || **name != "inline");
    let made = modules
        .flat_map(|name| [format!("{name}.js"), format!("{name}.d.ts")])
        .chain(NODE_MODULES.iter().map(|name| format!("{name}.js")))
        .chain(["package.json".to_owned()])
        .chain(DOCUMENTS.iter().map(|&name| name.to_owned()))
        .chain([NOTICES.to_owned()])
        .map(|name| package.file(&name))
        .collect::<Vec<_>>();
    if package.is_current("host", stamp, &made) {
        return Ok(());
    }
    process::step("bundling host-js and its types", || {
        remove_old(package)?;
        process::run(npm_run("types").arg("--outDir").arg(package.folder()))?;
        let glue = Artifact::ALL.iter().zip(&glue);
        let aliases = glue
            .map(|(artifact, file)| format!("--alias:glue/{}={}", artifact.name(), file.display()))
            .collect::<Vec<_>>();
        process::run(
            bundle()
                .args(
                    ["cache", "index", "nats", "testing", "worker"]
                        .map(|name| format!("{name}=src/{name}.ts")),
                )
                .args(["--format=esm", "--sourcemap", "--external:@nats-io/*"])
                .args(&aliases)
                .arg(format!("--outdir={}", package.folder().display())),
        )?;
        process::run(
            bundle()
                .args(
                    NODE_MODULES
                        .iter()
                        .map(|name| format!("{name}=src/{name}.ts")),
                )
                .args([
                    "--format=esm",
                    "--sourcemap",
                    "--platform=node",
                    "--conditions=node",
                ])
                // The command uses the package by its name.
                .args([
                    "--inject:src/node/page-globals.ts",
                    "--external:pubwiki-lua",
                ])
                .arg(format!("--outdir={}", package.folder().display())),
        )?;
        if has_inline {
            inline(package, &aliases, &inlined)?;
        }
        remove_unused_types(package)?;
        for name in DOCUMENTS {
            std::fs::copy(paths::root().join(name), package.file(name))?;
        }
        std::fs::create_dir(package.file(LIBRARY))?;
        for file in paths::files_below(&paths::host_js().join(LIBRARY), ".lua")? {
            let name = file.file_name().unwrap_or_default();
            std::fs::copy(&file, package.file(LIBRARY).join(name))?;
        }
        std::fs::write(package.file(NOTICES), notices::text()?)?;
        // npm keeps the order of the rest, which matters within `exports`.
        std::fs::copy(
            paths::host_js().join("package.json"),
            package.file("package.json"),
        )?;
        process::run(
            Command::new("npm")
                .args(["pkg", "delete"])
                .args(NOT_PUBLISHED)
                .current_dir(package.folder()),
        )
    })?;
    package.mark_current("host", stamp)
}

fn bundle() -> Command {
    let mut command = esbuild();
    command.args([
        "--bundle",
        "--minify",
        "--target=es2022",
        "--legal-comments=none",
    ]);
    command
}

/// Makes `inline.js`, of the page's modules, the worker's script, and the module.
fn inline(package: &Package, aliases: &[String], module: &Path) -> Result<()> {
    let (script, packed) = (
        package.part("inline-worker.txt"),
        package.part("inline-module.gz"),
    );
    process::run(
        bundle()
            .arg("src/worker/inline.ts")
            .arg("--format=iife")
            .args(aliases)
            .arg(format!("--outfile={}", script.display())),
    )?;
    gzip(module, &packed)?;
    process::run(
        bundle()
            .arg("src/inline.ts")
            .args([
                "--format=esm",
                "--conditions=inline",
                "--loader:.txt=text",
                "--loader:.gz=base64",
            ])
            .arg(format!("--alias:inline/worker.txt={}", script.display()))
            .arg(format!("--alias:inline/module.gz={}", packed.display()))
            .arg(format!("--outfile={}", package.file("inline.js").display())),
    )
}

fn gzip(file: &Path, into: &Path) -> Result<()> {
    let status = Command::new("gzip")
        .args(["-9", "--no-name", "--stdout"])
        .arg(file)
        .stdout(std::fs::File::create(into)?)
        .status()
        .context("cannot start gzip: install Debian's package gzip")?;
    anyhow::ensure!(status.success(), "gzip failed on {}", file.display());
    Ok(())
}

/// Removes all but the modules: types of modules that are gone would be published.
fn remove_old(package: &Package) -> Result<()> {
    for entry in package.folder().read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            std::fs::remove_dir_all(path)?;
        } else if path.extension().is_none_or(|extension| extension != "wasm") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Removes the types that no public module's types need.
fn remove_unused_types(package: &Package) -> Result<()> {
    let mut used = HashSet::new();
    let mut next: Vec<_> = MODULES
        .iter()
        .map(|name| package.file(&format!("{name}.d.ts")))
        .collect();
    while let Some(file) = next.pop() {
        if !file.is_file() || !used.insert(file.canonicalize()?) {
            continue;
        }
        let text = std::fs::read_to_string(&file)?;
        let folder = file.parent().unwrap_or(package.folder());
        next.extend(imported(&text).map(|name| folder.join(name)));
    }
    for file in paths::files_below(package.folder(), ".d.ts")? {
        if !used.contains(&file.canonicalize()?) {
            std::fs::remove_file(file)?;
        }
    }
    Ok(())
}

/// The files of types that a file of types imports: `./NAME.d.ts` for `'./NAME.js'`.
fn imported(text: &str) -> impl Iterator<Item = String> {
    text.split(['\'', '"'])
        .filter(|quoted| quoted.starts_with('.') && !quoted.contains(char::is_whitespace))
        .filter_map(|quoted| Some(format!("{}.d.ts", quoted.strip_suffix(".js")?)))
}
