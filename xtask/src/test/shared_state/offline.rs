//! Users who open while there is no server.

use super::user::User;
use crate::services::nats::{self, Settings};
use anyhow::{Result, ensure};
use std::path::Path;

/// One has a copy and opens from it, another has none and is told so. Once there is a server, each hears of the other.
///
/// # Errors
/// When it is not so, or a server or a browser is not to be had.
pub async fn start(bundles: &Path) -> Result<String> {
    let (folder, profile) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let mut server = nats::alone(folder.path(), Settings::default()).await?;
    let page = format!("do=offline&artifact=jspi&nats={}", server.url());
    let kept = profile.path();
    let mut first = User::open_in(kept, &format!("{page}&user=first"), bundles).await?;
    first.report().await?;
    first.close().await;
    server.kill()?;
    let mut cached = User::open_in(kept, &format!("{page}&user=cached"), bundles).await?;
    let mut bare = User::open(&format!("{page}&user=bare"), bundles).await?;
    tokio::try_join!(cached.says("offline"), bare.says("offline"))?;
    server.start()?;
    server.is_ready().await?;
    bare.go_on();
    let (with, without) = tokio::try_join!(cached.report(), bare.report())?;
    cached.close().await;
    bare.close().await;
    ensure!(
        with["read"] == 1 && with["refusal"]["code"] == "OFFLINE",
        "with a copy it reports {with}"
    );
    ensure!(
        without["refusal"]["code"] == "OFFLINE",
        "without a copy it reports {without}"
    );
    Ok("each has heard of the other".to_owned())
}
