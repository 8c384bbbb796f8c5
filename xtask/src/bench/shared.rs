//! The server that users share State in.

use crate::services::nats::{self, Release, Settings};
use crate::services::proxy::Proxy;
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

/// How much later what is sent by the long way arrives.
const FAR: Duration = Duration::from_millis(150);

/// A NATS server whose acknowledged writes are on the disk, and a long way to it. They end when this is dropped.
pub struct Servers {
    near: nats::Server,
    far: Proxy,
    _folder: TempDir,
}

impl Servers {
    /// Starts them.
    ///
    /// # Errors
    /// When the server cannot be fetched or started.
    pub async fn start() -> Result<Self> {
        let program = Release::New.fetch()?;
        let folder = tempfile::tempdir_in(crate::paths::target())?;
        let settings = Settings {
            syncs: true,
            ..Settings::default()
        };
        let mut servers = nats::cluster(&program, folder.path(), 1, settings)?;
        let mut near = servers.remove(0);
        near.start()?;
        near.is_ready().await?;
        let far = Proxy::start(near.port(), FAR).await?;
        Ok(Self {
            near,
            far,
            _folder: folder,
        })
    }

    /// Where the page reaches it.
    pub fn places(&self) -> Value {
        json!({ "near": self.near.url(), "far": self.far.url() })
    }
}
