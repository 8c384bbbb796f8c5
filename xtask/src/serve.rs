//! `cargo xtask serve`: the playground on localhost.

use crate::args::ServeArgs;
use crate::build;
use crate::package::{Flavour, esbuild};
use crate::server::{Server, Site};
use crate::{paths, process};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::ExitCode;

/// Serves until it is interrupted.
///
/// # Errors
/// When the package does not build, there is no playground, or the port is busy.
pub fn serve(args: &ServeArgs) -> Result<ExitCode> {
    let playground = paths::host_js().join("playground");
    if !playground.join("index.html").is_file() {
        bail!(
            "the playground is not available yet: {} has no index.html",
            playground.display()
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // The port comes first, so that a busy one is not found only after a long build.
        let site = |package| {
            Site::default()
                .folder("/package", package)
                .folder("/nats", nats_folder())
                .folder("/", &playground)
        };
        let package = paths::target().join(Flavour::Release.folder());
        let server = Server::start(site(package), args.port).await?;
        build::build(Flavour::Release)?;
        bundle_nats()?;
        println!(
            "the playground is at http://localhost:{} (Ctrl+C ends it)",
            server.port()
        );
        process::interrupted().await?;
        Ok(ExitCode::SUCCESS)
    })
}

fn nats_folder() -> PathBuf {
    paths::target().join("playground")
}

/// A browser does not find what `pubwiki-lua/nats` imports: it is put in.
fn bundle_nats() -> Result<()> {
    process::run(
        esbuild()
            .args(["src/nats.ts", "--bundle", "--format=esm", "--target=es2022"])
            .arg(format!("--outdir={}", nats_folder().display())),
    )
}
