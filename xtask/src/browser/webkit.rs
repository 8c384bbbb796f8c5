//! How WebKit's MiniBrowser is started: on a screen that nobody sees, its data in the profile.

use super::Profile;
use super::guard::Guard;
use crate::process;
use anyhow::{Context, Result, bail};
use rustix::process::Pid;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// Where its data, its cache and its settings are, by the variables of the XDG base directories.
const FOLDERS: [(&str, &str); 4] = [
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_STATE_HOME", "state"),
];

/// Adds what makes it show on `screen` and keep what it has in the profile.
pub fn arrange(command: &mut Command, profile: &Profile, screen: &Screen) {
    command
        .env("DISPLAY", format!(":{}", screen.number))
        .env_remove("WAYLAND_DISPLAY")
        // Tests open tabs, which no person has asked for.
        .arg("--javascript-can-open-windows-automatically=true");
    if profile.is_private() {
        command.arg("--private");
    }
    for (variable, folder) in FOLDERS {
        command.env(variable, profile.folder().join("webkit").join(folder));
    }
}

/// An X server without a screen. It ends when it is dropped, or we are gone.
pub struct Screen {
    server: Child,
    number: u32,
    _guard: Guard,
}

impl Screen {
    /// Starts one with a number that is free.
    ///
    /// # Errors
    /// When it is missing or does not start.
    pub fn start() -> Result<Self> {
        let program = process::find("Xvfb")
            .context("there is no `Xvfb`, which WebKit needs: install Debian's package xvfb")?;
        let mut server = Command::new(program)
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24"])
            .args(["-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start Xvfb")?;
        let guard = Guard::over(Pid::from_child(&server))?;
        let mut said = String::new();
        if let Some(stdout) = server.stdout.take() {
            BufReader::new(stdout).read_line(&mut said)?;
        }
        match said.trim().parse() {
            Ok(number) => Ok(Self {
                server,
                number,
                _guard: guard,
            }),
            Err(_) => {
                let _ = server.kill();
                let _ = server.wait();
                bail!("Xvfb has no display to give: is /tmp writable?")
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
