//! Chooses the Rust that builds for wasm32-unknown-unknown.

use crate::{process, setup};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// What wasm is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Forces a toolchain: `rustup` or `debian`.
const CHOICE: &str = "PUBWIKI_LUA_TOOLCHAIN";

/// What Debian's cargo needs: its own compiler, and leave to build the standard library.
const DEBIAN: [(&str, &str); 2] = [("RUSTC", "/usr/bin/rustc"), ("RUSTC_BOOTSTRAP", "1")];

/// A Rust that can build for wasm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs us, with its target installed.
    Rustup,
    /// Debian's, which builds the standard library too: its package has no wasm target.
    Debian,
}

impl Toolchain {
    /// The first of both that works here; installs what it needs.
    ///
    /// # Errors
    /// When neither can be had.
    pub fn choose() -> Result<Self> {
        match std::env::var(CHOICE).as_deref() {
            Ok("rustup") if Self::rustup() => Ok(Self::Rustup),
            Ok("rustup") => bail!(
                "{CHOICE} asks for rustup, but `rustup target add {TARGET}` does not work here"
            ),
            Ok("debian") => Self::debian(),
            Ok(other) => bail!("{CHOICE} is `{other}`: it can be `rustup` or `debian`"),
            Err(_) if Self::rustup() => Ok(Self::Rustup),
            Err(_) => Self::debian().context(format!(
                "`rustup target add {TARGET}` does not work, so Debian's Rust is needed"
            )),
        }
    }

    fn rustup() -> bool {
        let installed = || {
            let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))
                .unwrap_or_default();
            Path::new(sysroot.trim())
                .join("lib/rustlib")
                .join(TARGET)
                .join("lib")
                .is_dir()
        };
        if installed() {
            return true;
        }
        let added = process::step(&format!("adding Rust's target {TARGET}"), || {
            process::run(Command::new("rustup").args(["target", "add", TARGET]))
        });
        added.is_ok() && installed()
    }

    fn debian() -> Result<Self> {
        setup::debian_rust().map(|()| Self::Debian)
    }

    /// A cargo command of this toolchain, free of what the outer cargo set.
    pub fn cargo(self) -> Command {
        match self {
            Self::Rustup => Command::new("cargo"),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        }
    }

    /// `cargo clippy` of this toolchain.
    ///
    /// # Errors
    /// When Debian's is missing and cannot be installed.
    pub fn clippy(self) -> Result<Command> {
        match self {
            Self::Rustup => {
                let mut command = self.cargo();
                command.arg("clippy");
                Ok(command)
            }
            Self::Debian => {
                setup::debian_clippy()?;
                // By its own name: Debian's cargo would find rustup's first in the PATH.
                let mut command = Command::new("/usr/bin/cargo-clippy");
                command
                    .arg("clippy")
                    .env("CARGO", "/usr/bin/cargo")
                    .envs(DEBIAN)
                    .env_remove("RUSTUP_TOOLCHAIN");
                Ok(command)
            }
        }
    }

    /// What `cargo build` needs beside the target.
    pub fn build_arguments(self) -> &'static [&'static str] {
        match self {
            Self::Rustup => &[],
            Self::Debian => &["-Zbuild-std=std,panic_abort"],
        }
    }

    /// Its name and version.
    pub fn describe(self) -> String {
        let (name, rustc) = match self {
            Self::Rustup => ("rustup's", "rustc"),
            Self::Debian => ("Debian's", "/usr/bin/rustc"),
        };
        let version = process::output(Command::new(rustc).arg("--version")).unwrap_or_default();
        format!("{name} {}", version.trim())
    }
}
