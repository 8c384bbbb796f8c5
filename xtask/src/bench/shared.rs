//! The servers that users share State in.

use crate::services::nats::{self, Settings};
use crate::services::proxy::Proxy;
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

/// How much later what is sent by the long way arrives.
const FAR: Duration = Duration::from_millis(150);

/// A NATS server whose acknowledged writes are on the disk, a long way to it, and one that leaves that to the system: for many
/// records, which would take what the disk takes, whoever writes them. They end when this is dropped.
pub struct Servers {
    near: nats::Server,
    far: Proxy,
    bulk: nats::Server,
    _folders: [TempDir; 2],
}

impl Servers {
    /// Starts them.
    ///
    /// # Errors
    /// When the server cannot be fetched or started.
    pub async fn start() -> Result<Self> {
        let (near, durable) = started(true).await?;
        let (bulk, lasting) = started(false).await?;
        let far = Proxy::start(near.port(), FAR).await?;
        Ok(Self {
            near,
            far,
            bulk,
            _folders: [durable, lasting],
        })
    }

    /// Where the page reaches them.
    pub fn places(&self) -> Value {
        json!({ "near": self.near.url(), "far": self.far.url(), "bulk": self.bulk.url() })
    }
}

async fn started(syncs: bool) -> Result<(nats::Server, TempDir)> {
    let folder = tempfile::tempdir_in(crate::paths::target())?;
    let settings = Settings {
        syncs,
        ..Settings::default()
    };
    Ok((nats::alone(folder.path(), settings).await?, folder))
}
