//! Installs what is missing: Debian packages as root or by sudo, npm packages from the lock.

use crate::{paths, process};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thing that a Debian package supplies.
struct Tool {
    package: &'static str,
    present: fn() -> bool,
}

const BUILD: &[Tool] = &[
    Tool {
        package: "clang-22",
        present: || process::find("clang-22").is_some(),
    },
    Tool {
        package: "lld-22",
        present: || process::find("wasm-ld-22").is_some(),
    },
    Tool {
        package: "llvm-22",
        present: || process::find("llvm-ar-22").is_some(),
    },
    Tool {
        package: "wasi-libc",
        present: || Path::new("/usr/lib/wasm32-wasi/libc.a").is_file(),
    },
    Tool {
        package: "nodejs",
        present: || process::find("node").is_some(),
    },
    Tool {
        package: "npm",
        present: || process::find("npm").is_some(),
    },
];

const DEBIAN_RUST: &[Tool] = &[
    Tool {
        package: "rustc-web",
        present: || Path::new("/usr/bin/rustc").is_file(),
    },
    Tool {
        package: "cargo-web",
        present: || Path::new("/usr/bin/cargo").is_file(),
    },
    Tool {
        package: "rust-web-src",
        present: || Path::new("/usr/lib/rustlib/src/rust/library").exists(),
    },
];

const DEBIAN_CLIPPY: &[Tool] = &[Tool {
    package: "rust-web-clippy",
    present: || Path::new("/usr/bin/cargo-clippy").is_file(),
}];

const CHROMIUM: &[Tool] = &[Tool {
    package: "chromium",
    present: || process::find("chromium").is_some(),
}];

const FIREFOX: &[Tool] = &[Tool {
    package: "firefox-esr",
    present: || process::find("firefox-esr").is_some(),
}];

const WEBKIT: &[Tool] = &[
    Tool {
        package: "libwebkit2gtk-4.1-0",
        present: || mini_browser().is_some(),
    },
    Tool {
        package: "xvfb",
        present: || process::find("Xvfb").is_some(),
    },
];

const NETWORK: &[Tool] = &[Tool {
    package: "iproute2",
    present: || process::find("ip").is_some(),
}];

/// Native Lua and pure-Lua libraries, which the runtime's tests compare with a session.
const LUA_LIBRARIES: &[Tool] = &[
    Tool {
        package: "lua5.1",
        present: || process::find("lua5.1").is_some(),
    },
    Tool {
        package: "lua5.4",
        present: || process::find("lua5.4").is_some(),
    },
    Tool {
        package: "lua-ansicolors",
        present: || lua("ansicolors"),
    },
    Tool {
        package: "lua-argparse",
        present: || lua("argparse"),
    },
    Tool {
        package: "lua-basexx",
        present: || lua("basexx"),
    },
    Tool {
        package: "lua-binaryheap",
        present: || lua("binaryheap"),
    },
    Tool {
        package: "lua-cliargs",
        present: || lua("cliargs"),
    },
    Tool {
        package: "lua-compat53",
        present: || lua("compat53/init"),
    },
    Tool {
        package: "lua-cosmo",
        present: || lua("cosmo"),
    },
    Tool {
        package: "lua-coxpcall",
        present: || lua("coxpcall"),
    },
    Tool {
        package: "lua-dkjson",
        present: || lua("dkjson"),
    },
    Tool {
        package: "lua-fifo",
        present: || lua("fifo"),
    },
    Tool {
        package: "lua-inifile",
        present: || lua("inifile"),
    },
    Tool {
        package: "lua-inspect",
        present: || lua("inspect"),
    },
    Tool {
        package: "lua-ldoc",
        present: || lua("ldoc/doc"),
    },
    Tool {
        package: "lua-leg",
        present: || lua("leg/grammar"),
    },
    Tool {
        package: "lua-lemock",
        present: || lua("lemock"),
    },
    Tool {
        package: "lua-check",
        present: || lua("luacheck/init"),
    },
    Tool {
        package: "lua-luassert",
        present: || lua("luassert/init"),
    },
    Tool {
        package: "lua-unit",
        present: || lua("luaunit"),
    },
    Tool {
        package: "lua-markdown",
        present: || lua("markdown"),
    },
    Tool {
        package: "lua-mediator",
        present: || lua("mediator"),
    },
    Tool {
        package: "lua-messagepack",
        present: || lua("MessagePack"),
    },
    Tool {
        package: "lua-moses",
        present: || lua("moses"),
    },
    Tool {
        package: "lua-penlight",
        present: || lua("pl/init"),
    },
    Tool {
        package: "lua-say",
        present: || lua("say/init"),
    },
    Tool {
        package: "lua-uri",
        present: || lua("uri"),
    },
    Tool {
        package: "lua-uri-dev",
        present: || Path::new("/usr/share/doc/lua-uri-dev/examples/lunit.lua").is_file(),
    },
];

/// Whether there is a module's file.
fn lua(module: &str) -> bool {
    Path::new("/usr/share/lua/5.1")
        .join(module)
        .with_extension("lua")
        .is_file()
}

/// The C compiler, the linker, wasi-libc and Node.
///
/// # Errors
/// When something is missing and cannot be installed, with the command that installs it.
pub fn build_tools() -> Result<()> {
    install(BUILD)
}

/// Debian's Rust, which has its library's source.
///
/// # Errors
/// As [`build_tools`].
pub fn debian_rust() -> Result<()> {
    install(DEBIAN_RUST)
}

/// Debian's clippy, alongside [`debian_rust`].
///
/// # Errors
/// As [`build_tools`].
pub fn debian_clippy() -> Result<()> {
    install(DEBIAN_CLIPPY)
}

/// Chromium.
///
/// # Errors
/// As [`build_tools`].
pub fn chromium() -> Result<()> {
    install(CHROMIUM)
}

/// Firefox.
///
/// # Errors
/// As [`build_tools`].
pub fn firefox() -> Result<()> {
    install(FIREFOX)
}

/// WebKit, and a screen for it.
///
/// # Errors
/// As [`build_tools`].
pub fn webkit() -> Result<()> {
    install(WEBKIT)
}

/// What makes networks of hosts.
///
/// # Errors
/// As [`build_tools`].
pub fn network_tools() -> Result<()> {
    install(NETWORK)
}

/// WebKit's MiniBrowser, which is in no folder of `PATH`.
pub fn mini_browser() -> Option<PathBuf> {
    let below = Path::new("/usr/lib");
    let folders = std::iter::once(below.to_owned()).chain(
        std::fs::read_dir(below)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path())),
    );
    folders
        .map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser"))
        .find(|binary| binary.is_file())
}

/// Native Lua and libraries in pure Lua.
///
/// # Errors
/// As [`build_tools`].
pub fn lua_libraries() -> Result<()> {
    install(LUA_LIBRARIES)?;
    // Installed, it would bring a web server's worth of dependencies.
    unpack("mediawiki").map(drop)
}

/// Unpacks a Debian package below `target/debian`, without what it depends on and without starting anything; gives
/// back where.
///
/// # Errors
/// When it cannot be fetched or unpacked.
pub fn unpack(package: &str) -> Result<PathBuf> {
    let _alone = alone();
    let folder = paths::target().join("debian");
    let place = folder.join(package);
    if place.is_dir() {
        return Ok(place);
    }
    process::step(&format!("unpacking the Debian package {package}"), || {
        let fresh = folder.join(format!("{package}.part"));
        let _ = std::fs::remove_dir_all(&fresh);
        std::fs::create_dir_all(&fresh)?;
        let download = || {
            let mut command = Command::new("apt-get");
            command.args(["download", package]).current_dir(&fresh);
            command
        };
        // Without a list of packages it finds none.
        if !download()
            .output()
            .is_ok_and(|output| output.status.success())
        {
            if let Some(apt) = apt() {
                process::run(apt().arg("update"))?;
            }
            process::run(&mut download())?;
        }
        for entry in std::fs::read_dir(&fresh)? {
            let archive = entry?.path();
            process::run(Command::new("dpkg").arg("-x").arg(&archive).arg(&fresh))?;
            std::fs::remove_file(archive)?;
        }
        std::fs::rename(&fresh, &place)?;
        Ok(place)
    })
}

/// Keeps others of this process from apt, which refuses to work twice at once, until it is dropped.
fn alone() -> MutexGuard<'static, ()> {
    static APT: Mutex<()> = Mutex::new(());
    // One that panicked has left nothing here.
    APT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn install(tools: &[Tool]) -> Result<()> {
    let _alone = alone();
    let missing: Vec<_> = tools
        .iter()
        .filter(|tool| !(tool.present)())
        .map(|tool| tool.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if process::find("apt-get").is_none() {
        bail!("this needs what Debian calls {names}: install it and try again");
    }
    let Some(apt) = apt() else {
        bail!("this needs Debian packages: run `apt-get install {names}` as root and try again");
    };
    process::step(&format!("installing Debian packages: {names}"), || {
        process::run(apt().arg("update"))?;
        process::run(
            apt()
                .args(["install", "--yes", "--no-install-recommends", "--reinstall"])
                // Examples count as documentation, which small images leave out.
                .args(["-o", "DPkg::Options::=--path-include=/usr/share/doc/lua-*"])
                .args(&missing),
        )
    })?;
    match tools.iter().find(|tool| !(tool.present)()) {
        None => Ok(()),
        Some(tool) => bail!(
            "{} is installed, yet what it should bring is not found",
            tool.package
        ),
    }
}

/// apt-get as root, if we are or may become root without a password.
fn apt() -> Option<impl Fn() -> Command> {
    let root = rustix::process::geteuid().is_root();
    let quiet =
        |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    if !root && !quiet(Command::new("sudo").args(["--non-interactive", "true"])) {
        return None;
    }
    Some(move || {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["--non-interactive", "env"]);
        }
        command.args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        command
    })
}

/// The npm packages of a folder, exactly as its lock says.
///
/// # Errors
/// When npm fails.
pub fn npm_packages(folder: &Path) -> Result<()> {
    let modified = |file: &str| {
        std::fs::metadata(folder.join(file))
            .and_then(|data| data.modified())
            .ok()
    };
    // npm writes its own copy of the lock last.
    let installed = modified("node_modules/.package-lock.json");
    if installed.is_some() && installed >= modified("package-lock.json") {
        return Ok(());
    }
    process::step(
        &format!(
            "installing the npm packages of {}",
            folder.file_name().unwrap_or_default().display()
        ),
        || {
            process::run(
                Command::new("npm")
                    .args(["ci", "--no-audit", "--no-fund"])
                    .current_dir(folder),
            )
        },
    )
}
