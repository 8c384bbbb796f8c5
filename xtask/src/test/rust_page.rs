//! The page in Rust that the browser tests visit.

use crate::toolchain::Toolchain;
use crate::{paths, process, wasm};
use anyhow::Result;
use std::path::PathBuf;

/// Its package.
pub const PACKAGE: &str = "pubwiki-lua-rust-page";

/// Where `rust_page.js` is, once it is built.
pub fn folder() -> PathBuf {
    paths::target().join("xtask").join("rust-page")
}

/// Builds it.
///
/// # Errors
/// When the package does not build.
pub fn build() -> Result<()> {
    let toolchain = Toolchain::choose()?;
    process::step("building the page in Rust", || {
        let module = wasm::compile(toolchain.build(), PACKAGE, &[])?;
        wasm::bind(&module, "rust_page", &folder())
    })
}
