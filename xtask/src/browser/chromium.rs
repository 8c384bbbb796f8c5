//! How Chromium is started.

use super::{HOST, Profile};
use std::process::Command;

/// Adds what makes it open pages of `port` under [`HOST`] and the names below it.
pub fn arrange(command: &mut Command, profile: &Profile, port: u16) {
    command
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.folder().display()))
        .arg(format!(
            "--host-resolver-rules=MAP {HOST} 127.0.0.1:{port}, MAP *.{HOST} 127.0.0.1:{port}"
        ))
        .args(
            rustix::process::geteuid()
                .is_root()
                .then_some("--no-sandbox"),
        );
    if profile.is_private() {
        command.arg("--incognito");
    }
    if profile.is_debuggable() {
        command
            .arg("--remote-debugging-port=0")
            .arg(format!("--remote-allow-origins=http://{HOST}"));
    }
}

/// Headless, quiet on the network, and not slowed down for being out of sight.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-popup-blocking",
    "--disable-quic",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
];
