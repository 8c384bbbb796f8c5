//! The generated files, by their paths.

use crate::{limits, schema, types, vectors};
use serde::Serialize;
use std::path::Path;

const MARK: &str =
    "// Generated from runtime/src/protocol by `cargo xtask generate`. Do not edit.\n";

/// Every generated file: its path in the repository, and its text.
///
/// # Errors
/// When the protocol holds a type that the schema cannot describe.
pub fn all() -> Result<Vec<(&'static str, String)>, serde_reflection::Error> {
    let golden = vectors::golden(&schema::registry()?);
    let readme = include_str!("../../../README.md");
    Ok(vec![
        ("README.md", limits::in_document(readme)),
        (
            "host-js/src/generated/protocol.ts",
            format!("{MARK}\n{}", types::typescript()),
        ),
        (
            "host-js/src/generated/schema.ts",
            format!("{MARK}\n{}", schema::typescript()?),
        ),
        (
            "host-js/src/generated/limits.ts",
            format!("{MARK}\n{}", limits::typescript()),
        ),
        ("tests/golden/to-worker.json", lines(&golden.to_worker)),
        ("tests/golden/from-worker.json", lines(&golden.from_worker)),
        ("tests/golden/malformed.json", lines(&golden.malformed)),
    ])
}

/// A JSON array with one item a line, so that a difference shows what changed.
fn lines<T: Serialize>(items: &[T]) -> String {
    let items: Vec<_> = items
        .iter()
        .map(|item| serde_json::to_string(item).expect("vectors are plain data"))
        .collect();
    format!("[\n{}\n]\n", items.join(",\n"))
}

/// Writes the files that differ under `root`, and names them.
///
/// # Errors
/// When a file cannot be written.
pub fn write(root: &Path, files: &[(&'static str, String)]) -> std::io::Result<Vec<&'static str>> {
    let stale = stale(root, files);
    for (path, text) in files.iter().filter(|(path, _)| stale.contains(path)) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(root))?;
        std::fs::write(path, text)?;
    }
    Ok(stale)
}

/// Names the files under `root` that differ from what they should be.
#[must_use]
pub fn stale(root: &Path, files: &[(&'static str, String)]) -> Vec<&'static str> {
    let differs = |(path, text): &&(&'static str, String)| {
        std::fs::read_to_string(root.join(path)).ok() != Some(text.clone())
    };
    files
        .iter()
        .filter(differs)
        .map(|(path, _)| *path)
        .collect()
}
