//! The bytes that a page has to fetch before a script runs.

use super::table::{Figure, Row, Unit};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Ours, for the jspi artifact.
const OURS: &[&str] = &["index.js", "worker.js", "jspi.wasm"];
/// wasmoon's, bundled and minified in the same way.
const WASMOON: &[&str] = &["wasmoon-worker.js", "glue.wasm"];

/// The bytes of both, as they are and after `gzip -9`.
///
/// # Errors
/// When a file is missing or there is no gzip.
pub fn shipped(package: &Path, bundle: &Path) -> Result<Vec<Row>> {
    let row = |name: &str, size: fn(&Path) -> Result<usize>| -> Result<Row> {
        let sum = |folder: &Path, files: &[&str]| -> Result<f64> {
            let sizes = files
                .iter()
                .map(|file| size(&folder.join(file)))
                .collect::<Result<Vec<_>>>()?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "files are smaller than 2^53 bytes"
            )]
            Ok(sizes.iter().sum::<usize>() as f64 / 1000.0)
        };
        Ok(Row {
            name: name.to_owned(),
            unit: Unit::Kilobytes,
            figures: vec![
                Figure::one("ours", sum(package, OURS)?),
                Figure::one("wasmoon", sum(bundle, WASMOON)?),
            ],
        })
    };
    Ok(vec![
        row("shipped bytes, raw", raw)?,
        row("shipped bytes, gzip -9", gzip)?,
    ])
}

fn raw(file: &Path) -> Result<usize> {
    let size = std::fs::metadata(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len();
    Ok(usize::try_from(size)?)
}

fn gzip(file: &Path) -> Result<usize> {
    let file: PathBuf = file.into();
    let output = Command::new("gzip")
        .args(["-9", "--no-name", "--stdout"])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .context("cannot start gzip: install Debian's package gzip")?;
    if !output.status.success() {
        bail!(
            "gzip failed on {}: {}",
            file.display(),
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(output.stdout.len())
}
