//! From the worker crate to the wasm files of the package.

use crate::args::Artifact;
use crate::glue::{self, Renamed};
use crate::package::{Flavour, Package, esbuild, is_checked, node_tool};
use crate::stamp::Stamp;
use crate::toolchain::Toolchain;
use crate::{paths, process};
use anyhow::{Context, Result, anyhow, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// The features that the module may use, by name: with `--all-features` wasm-opt writes an import section
/// that wasm-bindgen's glue does not expect.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-exception-handling",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// How wasm-opt is to work. Functions of like names are of like code: next to each other they
/// compress better, by a fiftieth.
const OPTIMIZE: &[&str] = &[
    "--reorder-functions-by-name",
    "--minify-imports-and-exports-and-modules",
    "--strip-producers",
    "--strip-target-features",
];

/// The compiler's package, and its file's name.
const COMPILER: &str = "pubwiki-lua-compiler";
const COMPILER_FILE: &str = "compiler";

/// The worker's package.
pub const WORKER: &str = "pubwiki-lua-worker";

/// Builds one artifact into the package: `NAME.wasm`, and the glue of which the worker's script is made.
///
/// # Errors
/// When the crate does not build, or a later step fails.
pub fn build(
    toolchain: Toolchain,
    artifact: Artifact,
    flavour: Flavour,
    package: &Package,
) -> Result<()> {
    let name = artifact.name();
    let stamp = stamp(toolchain, flavour)?;
    let made = [
        package.file(&format!("{name}.wasm")),
        package.glue(artifact),
    ];
    if package.is_current(name, stamp, &made) {
        return Ok(());
    }
    let step = format!("building the worker ({name}) with {}", toolchain.describe());
    let features: Vec<_> = (artifact == Artifact::Jspi)
        .then_some("jspi")
        .into_iter()
        .chain(flavour.feature())
        .collect();
    let mut cargo = toolchain.build();
    if flavour == Flavour::Unmetered {
        // Cargo would build Lua again at every change.
        cargo
            .env("PUBWIKI_LUA_UNMETERED", "1")
            .arg("--target-dir")
            .arg(paths::target().join("unmetered"));
    } else if is_checked() {
        // Nobody loads it over a network: it is built fast.
        cargo
            .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .arg("--target-dir")
            .arg(paths::target().join("checked"));
    }
    let module = process::step(&step, || compile(cargo, WORKER, &features))?;
    process::step(&format!("making {name}.wasm and its JavaScript"), || {
        let work = tempfile::tempdir_in(paths::target())?;
        bind(&module, name, work.path())?;
        let names = optimize(&work.path().join(format!("{name}_bg.wasm")), &made[0])?;
        let glue = work.path().join(format!("{name}.js"));
        std::fs::write(&glue, names.apply(&std::fs::read_to_string(&glue)?)?)?;
        let entry = work.path().join("entry.js");
        std::fs::write(&entry, glue::entry(&format!("{name}.js"), artifact))?;
        process::run(
            esbuild()
                .arg(entry)
                .args(["--bundle", "--format=esm", "--target=es2022"])
                .arg(format!("--outfile={}", made[1].display())),
        )
    })?;
    package.mark_current(name, stamp)
}

/// Builds the compiler of hot functions into the package: `compiler.wasm`.
///
/// # Errors
/// When the crate does not build, or wasm-opt does not take it.
pub fn build_compiler(toolchain: Toolchain, flavour: Flavour, package: &Package) -> Result<()> {
    let stamp = stamp(toolchain, flavour)?;
    let made = [package.file(&format!("{COMPILER_FILE}.wasm"))];
    if package.is_current(COMPILER_FILE, stamp, &made) {
        return Ok(());
    }
    let step = format!(
        "building the compiler of hot functions with {}",
        toolchain.describe()
    );
    process::step(&step, || {
        let module = compile(toolchain.build(), COMPILER, &[])?;
        process::run(
            node_tool("binaryen/bin/wasm-opt")
                .args(FEATURES)
                .args([
                    "-O3",
                    "--strip-debug",
                    "--strip-producers",
                    "--strip-target-features",
                ])
                .arg(module)
                .arg("-o")
                .arg(&made[0]),
        )
    })?;
    package.mark_current(COMPILER_FILE, stamp)
}

/// All that the wasm and its JavaScript are made from. Cargo would build the worker again at
/// every change between artifacts: their modules have one and the same path.
fn stamp(toolchain: Toolchain, flavour: Flavour) -> Result<Stamp> {
    let inputs = [
        "Cargo.toml",
        "Cargo.lock",
        "runtime/Cargo.toml",
        "runtime/src",
        "worker",
    ];
    let mut inputs: Vec<_> = inputs.iter().map(|path| paths::root().join(path)).collect();
    inputs.push(paths::host_js().join("node_modules/binaryen/package.json"));
    let rust = (toolchain.describe(), flavour.folder());
    Stamp::of_files(
        &inputs,
        &(
            rust,
            include_str!("wasm.rs"),
            include_str!("glue.rs"),
            include_str!("toolchain.rs"),
        ),
    )
}

/// Runs a cargo that builds, and gives back the module that it says it made of a package.
///
/// # Errors
/// When the package does not build.
pub fn compile(mut cargo: Command, package: &str, features: &[&str]) -> Result<PathBuf> {
    cargo
        .args(["--package", package, "--features", &features.join(",")])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(paths::root())
        .stderr(std::process::Stdio::inherit());
    let output = cargo
        .output()
        .with_context(|| format!("cannot start {}", cargo.get_program().display()))?;
    if !output.status.success() {
        bail!("{package} does not build; cargo's messages are above");
    }
    let name = package.replace('-', "_");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| {
            file.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .ok_or_else(|| anyhow!("cargo built {package}, yet names no wasm file"))
}

/// Makes `NAME.js` and `NAME_bg.wasm` of a module.
///
/// # Errors
/// When wasm-bindgen does not take it.
pub fn bind(module: &Path, name: &str, into: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)?
        .omit_default_module_path(false)
        .typescript(false)
        .generate(into)
}

fn optimize(module: &Path, into: &Path) -> Result<Renamed> {
    let printed = process::output(
        node_tool("binaryen/bin/wasm-opt")
            .args(FEATURES)
            .args(match is_checked() {
                true => ["-O1", "--debuginfo"], // which keeps names, for the traces of traps
                // `-Oz` saves less than a fiftieth, and slows loops of floats by a fifth.
                false => ["-O3", "--strip-debug"],
            })
            .args(OPTIMIZE)
            .arg(module)
            .arg("-o")
            .arg(into),
    )?;
    Renamed::parse(&printed)
}
