//! Ends a browser's processes when we end, however we do: even one that was killed closes its pipes.

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// Reads until we are gone, and then ends the group that it is given.
const SCRIPT: &str = r#"read -r _; kill -KILL "-$1""#;

/// Watches over a group of processes, which ends with this, or with us.
pub struct Guard {
    group: Pid,
    watcher: Child,
}

impl Guard {
    /// Watches over the group that the process `leader` leads.
    ///
    /// # Errors
    /// When there is no shell to do so.
    pub fn over(leader: Pid) -> Result<Self> {
        let watcher = Command::new("sh")
            .args(["-c", SCRIPT, "sh", &leader.as_raw_nonzero().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What a terminal sends to us, such as Ctrl-C, is not for it.
            .process_group(0)
            .spawn()
            .context("cannot start `sh`, which ends the browser when we end")?;
        Ok(Self {
            group: leader,
            watcher,
        })
    }
}

impl Drop for Guard {
    /// What is left of the group: a worker of WebKit's that computes outlasts its browser.
    fn drop(&mut self) {
        // Its number is another's one day.
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
        let _ = kill_process_group(self.group, Signal::KILL);
    }
}
