//! A way to a server that is slow, stands still, or breaks.

use anyhow::Result;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// How it is with the way.
#[derive(Clone, Copy, Default)]
struct Way {
    /// Nothing passes, and nothing is closed.
    stands_still: bool,
    /// How often all connections were cut.
    cuts: u32,
}

/// A port before that of a server. It is closed when this is dropped.
pub struct Proxy {
    port: u16,
    way: watch::Sender<Way>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// What passes arrives so much later, each way.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(to: u16, delay: Duration) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (way, watched) = watch::channel(Way::default());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // As if the server had closed it: what it says is its own.
                tokio::spawn(connect(stream, to, delay, watched.clone()));
            }
        });
        Ok(Self { port, way, task })
    }

    /// Where a page reaches it.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Lets nothing pass, or lets everything go on.
    pub fn hold(&self, stands_still: bool) {
        self.way.send_modify(|way| way.stands_still = stands_still);
    }

    /// Breaks each connection in the middle of what passes next.
    pub fn cut(&self) {
        self.way.send_modify(|way| way.cuts += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(
    client: TcpStream,
    to: u16,
    delay: Duration,
    way: watch::Receiver<Way>,
) -> Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // The one that ends first closes both.
    tokio::select! {
        passed = pass(from_client, to_server, delay, way.clone()) => passed,
        passed = pass(from_server, to_client, delay, way) => passed,
    }
}

/// Passes on what comes, until it ends or is cut.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    delay: Duration,
    mut way: watch::Receiver<Way>,
) -> Result<()> {
    let cuts = way.borrow().cuts;
    let (sender, mut chunks) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let read = async move {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = from.read(&mut buffer).await?;
            let is_taken = sender.send((Instant::now() + delay, buffer[..length].to_vec()));
            if length == 0 || is_taken.is_err() {
                // What was read before is still to be passed on.
                return std::future::pending::<Result<()>>().await;
            }
        }
    };
    let write = async move {
        while let Some((at, chunk)) = chunks.recv().await {
            sleep_until(at).await;
            let now = *way.wait_for(|way| !way.stands_still).await?;
            if now.cuts != cuts {
                to.write_all(&chunk[..chunk.len() / 2]).await?;
                return Ok(());
            }
            if chunk.is_empty() {
                return Ok(());
            }
            to.write_all(&chunk).await?;
        }
        Ok(())
    };
    tokio::select! {
        read = read => read,
        written = write => written,
    }
}
