//! A network of hosts on this machine, each of which can be cut off from the others. It takes Linux, and root.

use crate::{process, setup};
use anyhow::{Result, ensure};
use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Hosts on one bridge. They are gone when this is dropped.
pub struct Net {
    /// What the names of all that belongs to it begin with.
    name: String,
    /// The first three numbers of all addresses.
    subnet: [u8; 3],
    count: u16,
}

impl Net {
    /// So many hosts, which this machine reaches too.
    ///
    /// # Errors
    /// When this process may not make them.
    pub fn open(count: u16) -> Result<Self> {
        ensure!(
            rustix::process::geteuid().is_root(),
            "a network of hosts takes root: run this as root"
        );
        setup::network_tools()?;
        // Several may be there at once.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = std::process::id().wrapping_add(MADE.fetch_add(7, Ordering::Relaxed));
        let [.., high, low] = number.to_be_bytes();
        let net = Self {
            name: format!("pwl{high:02x}{low:02x}"),
            subnet: [10, high | 0x80, low],
            count,
        };
        let bridge = net.name.as_str();
        ip(&["link", "add", bridge, "type", "bridge"])?;
        let own = format!("{}/24", net.with(1));
        ip(&["addr", "add", &own, "dev", bridge])?;
        ip(&["link", "set", bridge, "up"])?;
        for at in 0..count.into() {
            let (host, wire) = (net.host(at), net.wire(at));
            ip(&["netns", "add", &host])?;
            let peer = ["type", "veth", "peer", "name", "eth0", "netns", &host];
            ip(&[&["link", "add", &wire], peer.as_slice()].concat())?;
            ip(&["link", "set", &wire, "master", bridge, "up"])?;
            let address = format!("{}/24", net.address(at));
            ip(&["-n", &host, "addr", "add", &address, "dev", "eth0"])?;
            ip(&["-n", &host, "link", "set", "eth0", "up"])?;
            ip(&["-n", &host, "link", "set", "lo", "up"])?;
        }
        Ok(net)
    }

    /// Where a host is reached.
    pub fn address(&self, at: usize) -> Ipv4Addr {
        self.with(10 + u8::try_from(at).unwrap_or(u8::MAX))
    }

    /// What runs there what is added to it.
    pub fn command(&self, at: usize) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.host(at)]);
        command
    }

    /// Cuts a host off from all others, or ends that.
    ///
    /// # Errors
    /// When the network is not there any more.
    pub fn cut(&self, at: usize, is_cut: bool) -> Result<()> {
        let state = if is_cut { "down" } else { "up" };
        ip(&["link", "set", &self.wire(at), state])
    }

    fn host(&self, at: usize) -> String {
        format!("{}h{at}", self.name)
    }

    fn wire(&self, at: usize) -> String {
        format!("{}w{at}", self.name)
    }

    fn with(&self, last: u8) -> Ipv4Addr {
        let [first, second, third] = self.subnet;
        Ipv4Addr::new(first, second, third, last)
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        // What was not made yet is not there to be removed.
        for at in 0..self.count.into() {
            let _ = ip(&["link", "del", &self.wire(at)]);
            let _ = ip(&["netns", "del", &self.host(at)]);
        }
        let _ = ip(&["link", "del", &self.name]);
    }
}

fn ip(arguments: &[&str]) -> Result<()> {
    process::output(Command::new("ip").args(arguments)).map(drop)
}
