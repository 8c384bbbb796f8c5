//! The folder where a browser keeps its data.

use anyhow::{Context, Result, bail};
use std::fs::{File, TryLockError};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

/// The browsers' own locks, which are links to `HOST-PID` (Chromium) or `HOST:+PID` (Firefox).
const LOCKS: [&str; 2] = ["SingletonLock", "lock"];

/// A folder where a browser keeps its data, locked for one browser at a time.
pub struct Profile {
    folder: PathBuf,
    debuggable: bool,
    private: bool,
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
        if LOCKS.iter().any(|lock| is_held(&folder.join(lock))) {
            bail!(in_use());
        }
        Ok(Self {
            folder: std::path::absolute(folder)?,
            debuggable: false,
            private: false,
            _lock: lock,
        })
    }

    /// Lets our own pages control a Chromium through the DevTools protocol, whose port it writes
    /// to `DevToolsActivePort` in the folder.
    #[must_use]
    pub fn debuggable(mut self) -> Self {
        self.debuggable = true;
        self
    }

    /// Has pages open in a private window.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// The port for pages of a browser that keeps data by it: the same each time.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn port(&self) -> Result<u16> {
        let file = self.folder.join("xtask-port");
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        if let Ok(port) = kept.trim().parse() {
            return Ok(port);
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        std::fs::write(&file, port.to_string())
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(port)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether our own pages may control the browser.
    pub fn is_debuggable(&self) -> bool {
        self.debuggable
    }

    /// Whether pages open in a private window.
    pub fn is_private(&self) -> bool {
        self.private
    }
}

impl Drop for Profile {
    /// A Chromium that was killed leaves its socket in a temporary folder, which a link names.
    fn drop(&mut self) {
        if let Ok(socket) = std::fs::read_link(self.folder.join("SingletonSocket"))
            && let Some(folder) = socket.parent()
            && folder.parent() == Some(std::env::temp_dir().as_path())
        {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Whether the process that a browser's lock names is there; one without is stale.
fn is_held(lock: &Path) -> bool {
    let Ok(holder) = std::fs::read_link(lock) else {
        return false;
    };
    let holder = holder.to_string_lossy();
    holder
        .rsplit_once(['-', '+'])
        .is_some_and(|(_, pid)| Path::new("/proc").join(pid).join("exe").exists())
}
