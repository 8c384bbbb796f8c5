//! Many readers of one server.

use super::user::User;
use crate::services::nats::{self, Settings};
use anyhow::{Result, ensure};
use std::path::Path;

/// In each of two browsers, which have at most 255 connections to one place. They are backends, without a worker each.
const READERS: u64 = 150;

/// All of them hear the last of what one user writes.
///
/// # Errors
/// When one does not, or a server or a browser is not to be had.
pub async fn all(bundles: &Path) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let server = nats::alone(folder.path(), Settings::default()).await?;
    let page = format!(
        "do=readers&artifact=jspi&readers={READERS}&nats={}",
        server.url()
    );
    let mut one = User::open(&format!("{page}&user=one"), bundles).await?;
    let mut other = User::open(&format!("{page}&user=other"), bundles).await?;
    let (first, second) = tokio::try_join!(one.report(), other.report())?;
    one.close().await;
    other.close().await;
    for report in [&first, &second] {
        ensure!(report["heard"] == READERS, "it reports {report}");
    }
    Ok(format!(
        "all {} heard 20 writes after {} ms",
        2 * READERS,
        first["ms"]
    ))
}
