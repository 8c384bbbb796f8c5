//! The one entry for building, running, testing, measuring: `cargo xtask --help`.

mod args;
mod bench;
mod browser;
mod build;
mod circles;
mod cli;
mod documents;
mod generate;
mod glue;
mod host;
mod lint;
mod notices;
mod package;
mod paths;
mod process;
mod raises;
mod release;
mod run;
mod serve;
mod server;
mod services;
mod setup;
mod stamp;
mod tarball;
mod test;
mod toolchain;
mod wasm;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
