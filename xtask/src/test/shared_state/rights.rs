//! Users whom the server tells apart, and what it lets them do.

use super::user::User;
use crate::services::nats::{self, Server, Settings};
use anyhow::{Result, ensure};
use std::path::Path;
use tempfile::TempDir;

/// As README has it.
const USERS: &str = r#"
READ: ["$JS.API.INFO", "$JS.API.STREAM.INFO.KV_state", "$JS.API.STREAM.MSG.GET.KV_state", "$JS.API.CONSUMER.CREATE.KV_state.>",
       "$JS.API.CONSUMER.INFO.KV_state.>", "$JS.API.CONSUMER.DELETE.KV_state.>", "$JS.API.CONSUMER.MSG.NEXT.KV_state.>"]
authorization { users: [
  { user: reader, password: "a", permissions: { publish: $READ, subscribe: ["_INBOX.>"] } }
  { user: owner, password: "b" }
] }
"#;

/// Without it nothing is heard.
const CREATE: &str = r#""$JS.API.CONSUMER.CREATE.KV_state.>","#;

/// A user who may not write is told so, and goes on hearing what others write. Who may not hear it is told that too, and hears
/// again when that has changed.
///
/// # Errors
/// When it is not so, or a server or a browser is not to be had.
pub async fn reader(bundles: &Path) -> Result<String> {
    let (mut server, _folder) = started(USERS).await?;
    let page = format!("do=rights&artifact=jspi&nats={}", server.url());
    let mut owner = User::open(&format!("{page}&user=owner&as=owner&pass=b"), bundles).await?;
    owner.says("counts").await?;
    let mut reader = User::open(&format!("{page}&user=reader&as=reader&pass=a"), bundles).await?;
    reader.says("heard").await?;
    restarted_with(&mut server, CREATE, "").await?;
    reader.says("told").await?;
    restarted_with(&mut server, "READ: [", &format!("READ: [{CREATE}")).await?;
    let report = reader.report().await?;
    owner.close().await;
    reader.close().await;
    let heard = report["heard"].as_array().map(Vec::as_slice);
    let heard: Vec<_> = heard
        .unwrap_or_default()
        .iter()
        .map(|n| n.as_u64())
        .collect();
    ensure!(
        heard.len() == 3 && heard.is_sorted() && heard[0].is_some(),
        "it reports {report}"
    );
    for refusal in report["refusals"].as_array().into_iter().flatten() {
        let message = refusal["message"].as_str().unwrap_or_default();
        ensure!(
            refusal["code"] == "STORAGE_FAILED" && message.contains("Permissions Violation"),
            "a write was refused with {refusal}"
        );
    }
    ensure!(
        report["refusals"].as_array().map(Vec::len) == Some(2)
            && report["told"]["code"] == "OFFLINE",
        "it reports {report}"
    );
    Ok(format!("it was told {}", report["told"]["message"]))
}

/// A user whose token has run out goes on with the next one, which is not there at once.
///
/// # Errors
/// As [`reader`].
pub async fn token(bundles: &Path) -> Result<String> {
    let (mut server, _folder) = started("authorization { token: first }\n").await?;
    let page = format!("do=token&artifact=jspi&nats={}", server.url());
    let mut user = User::open(&page, bundles).await?;
    user.says("added").await?;
    restarted_with(&mut server, "token: first", "token: next").await?;
    let report = user.report().await?;
    user.close().await;
    ensure!(
        report["sum"] == 2 && report["asked"].as_u64() >= Some(5),
        "it reports {report}"
    );
    Ok(format!("the token was asked for {} times", report["asked"]))
}

async fn started(users: &str) -> Result<(Server, TempDir)> {
    let folder = tempfile::tempdir()?;
    let settings = Settings {
        more: users,
        ..Settings::default()
    };
    Ok((nats::alone(folder.path(), settings).await?, folder))
}

async fn restarted_with(server: &mut Server, from: &str, to: &str) -> Result<()> {
    server.kill()?;
    server.configure(from, to)?;
    server.start()?;
    server.is_ready().await
}
