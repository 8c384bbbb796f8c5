//! Who has made what the package contains besides our own code, and under which licenses.

use crate::{paths, process, wasm};
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// The notices of what is not a crate: Lua, the C library, and Rust's own.
const BESIDE_CRATES: &str = include_str!("../notices/beside-crates.txt");
/// The license that nearly all have chosen.
const MIT: &str = include_str!("../notices/mit.txt");

/// The text that is published.
///
/// # Errors
/// When cargo does not tell what the worker is made of.
pub fn text() -> Result<String> {
    let mut text = format!("{BESIDE_CRATES}\nAnd these crates:\n");
    // The crates of each license's text.
    let mut licenses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in crates()? {
        let word = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
        let name = format!("{} {}", word("name"), word("version"));
        let manifest = word("manifest_path");
        let (copyright, license) = license(Path::new(&manifest))?;
        let _ = write!(text, "\n{name} ({})", word("license"));
        if !copyright.is_empty() {
            let _ = write!(text, "\n    {}", copyright.join("\n    "));
        }
        licenses.entry(license).or_default().push(name);
    }
    text.push('\n');
    for (license, crates) in licenses {
        let _ = write!(
            text,
            "\n{}\n\nThis is the license of {}.\n",
            license.trim_end(),
            crates.join(", ")
        );
    }
    Ok(text)
}

/// The crates that are in the worker, by name.
fn crates() -> Result<Vec<Value>> {
    let printed = process::output(
        Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(["--filter-platform", "wasm32-unknown-unknown"])
            .arg("--manifest-path")
            .arg(paths::root().join("worker/Cargo.toml")),
    )?;
    let metadata: Value = serde_json::from_str(&printed)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let by_id = |of: &Value| -> BTreeMap<String, Value> {
        list(of)
            .into_iter()
            .map(|entry| (entry["id"].as_str().unwrap_or_default().to_owned(), entry))
            .collect()
    };
    let (packages, nodes) = (
        by_id(&metadata["packages"]),
        by_id(&metadata["resolve"]["nodes"]),
    );
    let (worker, _) = packages
        .iter()
        .find(|(_, package)| package["name"] == wasm::WORKER)
        .ok_or_else(|| anyhow!("cargo does not know {}", wasm::WORKER))?;
    let (mut found, mut next) = (BTreeSet::new(), vec![worker.clone()]);
    while let Some(id) = next.pop() {
        let runs_in_compiler = list(&packages[&id]["targets"])
            .iter()
            .any(|target| list(&target["kind"]).contains(&"proc-macro".into()));
        if runs_in_compiler || !found.insert(id.clone()) {
            continue;
        }
        for dependency in list(&nodes[&id]["deps"]) {
            let kinds = list(&dependency["dep_kinds"]);
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                next.extend(dependency["pkg"].as_str().map(str::to_owned));
            }
        }
    }
    Ok(found
        .iter()
        .map(|id| packages[id].clone())
        // Those of others alone come from a registry.
        .filter(|package| !package["source"].is_null())
        .collect())
}

/// Whose a crate is, and its license without that; a crate that has no text of it says MIT in its manifest.
fn license(manifest: &Path) -> Result<(Vec<String>, String)> {
    let folder = manifest.parent().context("a manifest has a folder")?;
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.to_uppercase().starts_with("LICENSE") {
            files.push(name);
        }
    }
    // MIT where there is a choice.
    files.sort_by_key(|name| (!name.contains("MIT"), name.clone()));
    let Some(file) = files.first() else {
        return Ok((Vec::new(), MIT.to_owned()));
    };
    let text = std::fs::read_to_string(folder.join(file))?;
    let (copyright, rest): (Vec<_>, Vec<_>) = text
        .lines()
        .map(str::trim)
        .partition(|line| line.starts_with("Copyright"));
    let is_mit = words(&rest.join(" ")).ends_with(&words(MIT));
    let license = if is_mit {
        MIT.to_owned()
    } else {
        rest.join("\n").trim().to_owned()
    };
    Ok((copyright.into_iter().map(str::to_owned).collect(), license))
}

/// The text with single spaces, whatever its lines are.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
