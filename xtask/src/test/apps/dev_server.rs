//! A bundler's own server, for development.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use std::net::Ipv4Addr;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;

/// How long it may take until it listens.
const START: Duration = Duration::from_secs(120);
/// How often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// A running server, with the processes that it has started. They are ended when it is dropped.
pub struct DevServer {
    child: Child,
    port: u16,
    log: NamedTempFile,
}

impl DevServer {
    /// Starts `command` with these arguments on a free port, which `PORT` stands for, and waits until
    /// it listens.
    ///
    /// # Errors
    /// When it does not.
    pub async fn start(mut command: Command, arguments: &[&str]) -> Result<Self> {
        let port = free_port().await?;
        let log = NamedTempFile::new()?;
        command
            .args(arguments.iter().map(|argument| match *argument {
                "PORT" => port.to_string(),
                other => other.to_owned(),
            }))
            .stdin(Stdio::null())
            .stdout(log.reopen()?)
            .stderr(log.reopen()?);
        let name = command.get_program().display().to_string();
        let child = tokio::process::Command::from(command)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let mut server = Self { child, port, log };
        let started = tokio::time::timeout(START, server.listens()).await;
        match started {
            Ok(true) => Ok(server),
            Ok(false) => bail!("{name} ended:\n{}", server.end().await),
            Err(_) => bail!(
                "{name} does not listen after {} s:\n{}",
                START.as_secs(),
                server.end().await
            ),
        }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it, and gives back what it said.
    pub async fn end(mut self) -> String {
        self.kill();
        let _ = self.child.wait().await;
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }

    /// Waits until it listens, or ends without doing so.
    async fn listens(&mut self) -> bool {
        loop {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
                .await
                .is_ok()
            {
                return true;
            }
            if !matches!(self.child.try_wait(), Ok(None)) {
                return false;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn kill(&self) {
        let pid = self
            .child
            .id()
            .and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
        if let Some(pid) = pid {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    Ok(listener.local_addr()?.port())
}
