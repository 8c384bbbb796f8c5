//! Chooses the Rust that builds for wasm32-unknown-unknown.

use crate::{process, setup};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// The target that wasm is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Forces a toolchain: `rustup` or `debian`.
const CHOICE: &str = "PUBWIKI_LUA_TOOLCHAIN";

/// The environment that Debian's cargo needs: its own compiler, and leave to build the standard library.
const DEBIAN: [(&str, &str); 2] = [("RUSTC", "/usr/bin/rustc"), BOOTSTRAP];

/// Lets a stable compiler build the standard library.
const BOOTSTRAP: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

/// Leaves out what a panic says of its place and what Debug writes, which is nothing that users
/// see: a twentieth of the whole.
const LEAN: &str = "-Zlocation-detail=none -Zfmt-debug=none";

/// Builds the standard library.
const BUILD_STD: &str = "-Zbuild-std=std,panic_abort";

/// A Rust that can build for wasm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs us, with its target and the standard library's source installed.
    Rustup,
    /// Debian's, whose package has no wasm target.
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
                "{CHOICE} asks for rustup, but `rustup target add {TARGET}` or `rustup component add rust-src` does not work here"
            ),
            Ok("debian") => Self::debian(),
            Ok(other) => bail!("{CHOICE} is `{other}`: it can be `rustup` or `debian`"),
            Err(_) if Self::rustup() => Ok(Self::Rustup),
            Err(_) => Self::debian().context(format!(
                "rustup cannot add {TARGET} or rust-src, so Debian's Rust is needed"
            )),
        }
    }

    fn rustup() -> bool {
        let sysroot =
            process::output(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
        let library = Path::new(sysroot.trim()).join("lib/rustlib");
        let target = library.join(TARGET).join("lib");
        let source = library.join("src/rust/library");
        added(&target, "target", TARGET) && added(&source, "component", "rust-src")
    }

    fn debian() -> Result<Self> {
        setup::debian_rust().map(|()| Self::Debian)
    }

    /// A cargo command of this toolchain, free of what the outer cargo set.
    fn cargo(self) -> Command {
        match self {
            Self::Rustup => Command::new("cargo"),
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command.envs(DEBIAN).env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        }
    }

    /// `cargo build --release` for wasm, with a standard library built as small as the rest:
    /// that saves a tenth.
    pub fn build(self) -> Command {
        let mut command = self.cargo();
        command
            .args(["build", "--quiet", "--release", "--target", TARGET])
            .args([BUILD_STD, "-Zbuild-std-features=optimize_for_size"])
            .envs([BOOTSTRAP, ("RUSTFLAGS", LEAN)]);
        command
    }

    /// `cargo clippy` of this toolchain, for wasm.
    ///
    /// # Errors
    /// When Debian's is missing and cannot be installed.
    pub fn clippy(self) -> Result<Command> {
        let mut command = match self {
            Self::Rustup => self.cargo(),
            Self::Debian => {
                setup::debian_clippy()?;
                // By its own name: Debian's cargo would find rustup's first in the PATH.
                let mut command = Command::new("/usr/bin/cargo-clippy");
                command
                    .env("CARGO", "/usr/bin/cargo")
                    .envs(DEBIAN)
                    .env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        };
        command.args(["clippy", "--quiet", "--target", TARGET]);
        if self == Self::Debian {
            command.arg(BUILD_STD);
        }
        Ok(command)
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

/// Whether this is there, or rustup could add it.
fn added(folder: &Path, kind: &str, name: &str) -> bool {
    let present = || folder.is_dir();
    if present() {
        return true;
    }
    let added = process::step(&format!("adding Rust's {kind} {name}"), || {
        process::run(Command::new("rustup").args([kind, "add", name]))
    });
    added.is_ok() && present()
}
