//! How Firefox is started, most of which is said in the profile, and how it is told to end.

use super::Profile;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where Firefox writes which port Marionette, its remote control, listens on.
const PORT: &str = "MarionetteActivePort";

/// Adds what makes it open pages of `port` on port 80 of any name that ends in `localhost`.
///
/// # Errors
/// When the profile cannot be written.
pub fn arrange(command: &mut Command, profile: &Profile, port: u16) -> Result<()> {
    let mut preferences = format!("user_pref(\"network.socket.forcePort\", \"80={port}\");\n");
    for (name, value) in PREFERENCES {
        let _ = writeln!(preferences, "user_pref(\"{name}\", {value});");
    }
    if profile.is_private() {
        preferences += "user_pref(\"browser.privatebrowsing.autostart\", true);\n";
    }
    let file = profile.folder().join("user.js");
    std::fs::write(&file, preferences)
        .with_context(|| format!("cannot write {}", file.display()))?;
    // One of the last time would lead astray.
    let _ = std::fs::remove_file(profile.folder().join(PORT));
    command
        .args(["--headless", "--no-remote", "--marionette", "--profile"])
        .arg(profile.folder());
    Ok(())
}

/// Tells it to write what it has and end: a signal ends it at once, and localStorage is lost.
///
/// # Errors
/// When it cannot be told.
pub async fn quit(profile: &Path) -> Result<()> {
    let port = std::fs::read_to_string(profile.join(PORT))?
        .trim()
        .parse()?;
    let mut marionette = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    for command in [
        r#"[0,1,"WebDriver:NewSession",{}]"#,
        r#"[0,2,"Marionette:Quit",{"flags":["eForceQuit"]}]"#,
    ] {
        let framed = format!("{}:{command}", command.len());
        marionette.write_all(framed.as_bytes()).await?;
    }
    // It hangs up when it has understood.
    marionette.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// Quiet on the network, nothing shown but our page, and nothing of the last time shown again.
const PREFERENCES: &[(&str, &str)] = &[
    ("app.normandy.enabled", "false"),
    ("app.update.disabledForTesting", "true"),
    ("browser.aboutwelcome.enabled", "false"),
    ("browser.newtabpage.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("browser.sessionstore.resume_from_crash", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("browser.startup.homepage_override.mstone", "\"ignore\""),
    ("browser.startup.page", "0"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("dom.disable_open_during_load", "false"),
    ("extensions.update.enabled", "false"),
    ("marionette.port", "0"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    (
        "services.settings.server",
        "\"data:,#remote-settings-dummy/v1\"",
    ),
    ("toolkit.startup.max_resumed_crashes", "-1"),
    ("toolkit.telemetry.server", "\"\""),
];
