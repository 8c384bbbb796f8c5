//! Services of others that State can be kept in: started on localhost, from `target/services`, and never installed.

pub mod nats;
pub mod net;
pub mod proxy;

use crate::args::{Service, ServicesArgs};
use crate::process;
use anyhow::Result;
use std::process::ExitCode;

/// Starts a service, and serves until it is interrupted.
///
/// # Errors
/// When it cannot be fetched or started.
pub fn services(args: &ServicesArgs) -> Result<ExitCode> {
    let Service::Nats = args.service;
    let program = nats::Release::New.fetch()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let mut servers = nats::cluster(
            &program,
            folder.path(),
            args.cluster,
            nats::Settings::default(),
        )?;
        for server in &mut servers {
            server.start()?;
        }
        for server in &servers {
            server.is_ready().await?;
            println!("{}", server.url());
        }
        println!("Ctrl-C ends them; what they hold goes with them");
        process::interrupted().await?;
        Ok(ExitCode::SUCCESS)
    })
}
