//! A headless Chromium with a profile of its own.

use crate::{process, setup};
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};

/// The host that every page is loaded from, whichever port the server got: browsers keep
/// data by origin, and a port is a part of that. `localhost` makes it a secure context.
const HOST: &str = "pubwiki-lua.localhost";

/// Names another Chromium, such as Chrome.
const BINARY: &str = "PUBWIKI_LUA_CHROMIUM";

/// How long a browser may take to write its profile when it is told to end.
const GRACE: Duration = Duration::from_secs(10);

/// A folder where a browser keeps its data, locked for one browser at a time.
pub struct Profile {
    folder: PathBuf,
    _lock: File,
}

impl Profile {
    /// Takes the folder, which is made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made, or is in use.
    pub fn open(folder: &Path) -> Result<Self> {
        let in_use = || {
            format!(
                "the profile {} is in use by another run: wait for it, or name another with --profile",
                folder.display()
            )
        };
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the profile {}", folder.display()))?;
        let lock = File::create(folder.join("xtask.lock"))
            .with_context(|| format!("cannot write to {}", folder.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(in_use()),
            Err(TryLockError::Error(error)) => {
                return Err(error).context("cannot lock the profile");
            }
        }
        if chromium_holds(folder) {
            bail!(in_use());
        }
        Ok(Self {
            folder: std::path::absolute(folder)?,
            _lock: lock,
        })
    }
}

/// Chromium's own lock is a link to `HOST-PID`; one whose process is gone is stale.
fn chromium_holds(folder: &Path) -> bool {
    let Ok(holder) = std::fs::read_link(folder.join("SingletonLock")) else {
        return false;
    };
    let holder = holder.to_string_lossy();
    holder
        .rsplit_once('-')
        .is_some_and(|(_, pid)| Path::new("/proc").join(pid).join("exe").exists())
}

/// A running browser. It is killed when it is dropped.
pub struct Browser {
    child: Child,
    log: PathBuf,
    _profile: Profile,
}

impl Browser {
    /// Makes sure that there is a browser to launch.
    ///
    /// # Errors
    /// When there is none and it cannot be installed.
    pub fn prepare() -> Result<()> {
        if std::env::var_os(BINARY).is_some() {
            Ok(())
        } else {
            setup::chromium()
        }
    }

    /// Opens `path` of the server on `port`.
    ///
    /// # Errors
    /// When the browser is missing or cannot be started.
    pub fn launch(profile: Profile, port: u16, path: &str) -> Result<Self> {
        let binary = match std::env::var_os(BINARY) {
            Some(binary) => PathBuf::from(binary),
            None => process::find("chromium")
                .context("there is no `chromium`: install Debian's package chromium")?,
        };
        let log = profile.folder.join("xtask-browser.log");
        let mut command = Command::new(&binary);
        command
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.folder.display()))
            .arg(format!("--host-resolver-rules=MAP {HOST} 127.0.0.1:{port}"))
            .args(
                rustix::process::geteuid()
                    .is_root()
                    .then_some("--no-sandbox"),
            )
            .arg(format!("http://{HOST}{path}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .kill_on_drop(true);
        let child = command.spawn().with_context(|| {
            format!("cannot start the browser {}: install Debian's package chromium, or name another in {BINARY}", binary.display())
        })?;
        Ok(Self {
            child,
            log,
            _profile: profile,
        })
    }

    /// Completes when the browser ends by itself, and says so.
    pub async fn died(&mut self) -> anyhow::Error {
        let status = self.child.wait().await;
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last = log
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("it said nothing");
        anyhow::anyhow!(
            "the browser ended too early ({}): {last}",
            describe(&status)
        )
    }

    /// Kills the browser where it stands, as the system does when memory is short.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the browser")
    }

    /// Lets the browser write its profile and end, or ends it.
    pub async fn close(mut self) {
        if let Some(pid) = self
            .child
            .id()
            .and_then(|pid| Pid::from_raw(pid.cast_signed()))
        {
            let _ = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(GRACE, self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}

fn describe(status: &std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Headless, quiet on the network, and not slowed down for being out of sight.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-quic",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
];
