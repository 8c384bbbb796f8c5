//! What befalls the servers, and the way to them, while users write.

use crate::services::nats;
use crate::services::net::Net;
use crate::services::proxy::Proxy;
use anyhow::{Context as _, Result};
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// What the users' bucket is to the servers.
const STREAM: &str = "KV_state";

/// What befalls the server while users write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// `kill -9`, twice.
    Kills,
    /// It stands still for so many seconds.
    Stops(u64),
    /// Of three servers that are one cluster, each is killed in its turn, the leader among them.
    Members,
    /// Of such a cluster all but the leader stand still for so many seconds: what users write is on its way until then.
    Followers(u64),
    /// The way there and back takes 300 ms.
    Slow,
    /// The way there stands still for so many seconds; the server goes on.
    Hangs(u64),
    /// Each of three servers has a host of its own; one is cut off from all others while the leader is killed.
    Partition,
    /// The way there is cut in the middle of a message, three times.
    Cuts,
}

impl Trouble {
    /// What `--only shared-state/NAME` names it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "calm",
            Self::Kills => "kills",
            Self::Stops(_) => "stops",
            Self::Members => "members",
            Self::Followers(_) => "followers",
            Self::Slow => "slow",
            Self::Hangs(_) => "hangs",
            Self::Partition => "partition",
            Self::Cuts => "cuts",
        }
    }

    /// How many servers there are.
    pub fn servers(self) -> u16 {
        match self {
            Self::Members | Self::Followers(_) | Self::Partition => 3,
            _ => 1,
        }
    }

    /// What takes place of the way to each server, and how much later all arrives there.
    pub fn delay(self) -> Option<Duration> {
        match self {
            Self::Slow => Some(Duration::from_millis(150)),
            Self::Hangs(_) | Self::Cuts => Some(Duration::ZERO),
            _ => None,
        }
    }

    /// How many records one user writes at once, for the other to hear.
    pub fn records(self) -> u64 {
        match self {
            Self::None | Self::Members => 10_000,
            _ => 1_000,
        }
    }

    /// How often each user updates the key, in each round.
    pub fn updates(self) -> u64 {
        match self {
            // Each waits for the other's way there and back.
            Self::Slow => 15,
            _ => 500,
        }
    }
}

impl Display for Trouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Kills => f.write_str(", killed twice"),
            Self::Stops(seconds) => write!(f, ", held up for {seconds} s"),
            Self::Members => f.write_str(", three of them, each killed"),
            Self::Followers(seconds) => {
                write!(f, ", three of them, two held up for {seconds} s")
            }
            Self::Slow => f.write_str(", 300 ms away"),
            Self::Hangs(seconds) => write!(f, ", not reached for {seconds} s"),
            Self::Partition => {
                f.write_str(", three of them, one cut off while the leader is killed")
            }
            Self::Cuts => f.write_str(", cut off in the middle of a message, three times"),
        }
    }
}

/// Makes it, once users have begun.
///
/// # Errors
/// When a server cannot be ended or started.
pub async fn make(
    trouble: Trouble,
    servers: &mut [nats::Server],
    proxies: &[Proxy],
    net: Option<&Net>,
) -> Result<()> {
    let kills = match trouble {
        Trouble::None | Trouble::Slow => return Ok(()),
        Trouble::Hangs(seconds) => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            for holds in [true, false] {
                proxies.iter().for_each(|proxy| proxy.hold(holds));
                tokio::time::sleep(Duration::from_secs(seconds * u64::from(holds))).await;
            }
            return Ok(());
        }
        Trouble::Cuts => {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(300)).await;
                proxies.iter().for_each(Proxy::cut);
            }
            return Ok(());
        }
        Trouble::Stops(seconds) => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            servers[0].suspend(true)?;
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            return servers[0].suspend(false);
        }
        Trouble::Followers(seconds) => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let leader = nats::leader(servers, STREAM).await?;
            let followers = || (0..servers.len()).filter(|at| *at != leader);
            for at in followers() {
                servers[at].suspend(true)?;
            }
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            for at in followers() {
                servers[at].suspend(false)?;
            }
            return Ok(());
        }
        Trouble::Partition => {
            let net = net.context("there is no network of hosts")?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let leader = nats::leader(servers, STREAM).await?;
            let other = (leader + 1) % servers.len();
            net.cut(other, true)?;
            servers[leader].kill()?;
            tokio::time::sleep(Duration::from_secs(2)).await;
            servers[leader].start()?;
            servers[leader].is_ready().await?;
            tokio::time::sleep(Duration::from_secs(2)).await;
            return net.cut(other, false);
        }
        Trouble::Kills => 2,
        Trouble::Members => servers.len(),
    };
    for kill in 0..kills {
        let server = &mut servers[kill % servers.len()];
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.kill()?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.start()?;
        server.is_ready().await?;
    }
    Ok(())
}
