//! A user whom the server lets read, and not write.

use super::user::User;
use crate::services::nats::{self, Release, Settings};
use anyhow::{Result, ensure};
use serde_json::json;
use std::path::Path;

/// What `--only shared-state/NAME` names it by.
pub const NAME: &str = "rights";

/// As README has it.
const USERS: &str = r#"
READ: ["$JS.API.INFO", "$JS.API.STREAM.INFO.KV_state", "$JS.API.STREAM.MSG.GET.KV_state", "$JS.API.CONSUMER.CREATE.KV_state.>",
       "$JS.API.CONSUMER.INFO.KV_state.>", "$JS.API.CONSUMER.DELETE.KV_state.>", "$JS.API.CONSUMER.MSG.NEXT.KV_state.>"]
authorization { users: [
  { user: reader, password: "a", permissions: { publish: $READ, subscribe: ["_INBOX.>"] } }
  { user: owner, password: "b" }
] }
"#;

/// It is told what it may not do, and goes on hearing what others write.
///
/// # Errors
/// When it is not, or a server or a browser is not to be had.
pub async fn reader(bundles: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = Release::New.fetch()?;
    let mut servers = nats::cluster(&program, folder.path(), 1, Settings { more: USERS })?;
    servers[0].start()?;
    servers[0].is_ready().await?;
    let page = format!("artifact=jspi&nats={}", servers[0].url());
    let write = format!("{page}&user=writer&as=owner&pass=b");
    let mut owner = User::open(&format!("{write}&value=1"), bundles).await?;
    owner.report().await?;
    owner.close().await;
    let mut reader = User::open(&format!("{page}&user=reader&as=reader&pass=a"), bundles).await?;
    reader.says("refused").await?;
    let mut owner = User::open(&format!("{write}&value=2"), bundles).await?;
    owner.report().await?;
    let report = reader.report().await?;
    owner.close().await;
    reader.close().await;
    ensure!(report["heard"] == json!([1, 2]), "it reports {report}");
    for refusal in report["refusals"].as_array().into_iter().flatten() {
        let message = refusal["message"].as_str().unwrap_or_default();
        ensure!(
            refusal["code"] == "STORAGE_FAILED" && message.contains("Permissions Violation"),
            "a write was refused with {refusal}"
        );
    }
    ensure!(
        report["refusals"].as_array().map(Vec::len) == Some(2),
        "it reports {report}"
    );
    Ok(())
}
