//! The command line.

use crate::args::{
    BenchArgs, BuildArgs, GenerateArgs, ReleaseArgs, RunArgs, ServeArgs, ServicesArgs, TestArgs,
    UNUSABLE,
};
use crate::package::Flavour;
use crate::{bench, build, generate, lint, release, run, serve, services, test};
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Builds, runs, tests and measures pubwiki-lua.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a Lua script in the real worker in a headless browser
    Run(RunArgs),
    /// Serves the playground on localhost
    Serve(ServeArgs),
    /// Runs every test there is
    Test(TestArgs),
    /// Measures us against our peers
    Bench(BenchArgs),
    /// Builds the npm package under target/package
    Build(BuildArgs),
    /// Checks formatting, clippy natively and for wasm, what is alive where Lua may raise an error,
    /// circles of imports, the documents' links, the package as it is published, and generated files
    Lint,
    /// Writes what is generated from the protocol
    Generate(GenerateArgs),
    /// Says whether a release could be published, and what it would hold
    Release(ReleaseArgs),
    /// Starts a service on localhost that State can be kept in
    Services(ServicesArgs),
}

/// Parses the arguments and does what they say.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let done = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Test(args) => test::test(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Build(args) => {
            let flavour = if args.testing {
                Flavour::Testing
            } else {
                Flavour::Release
            };
            build::build(flavour).map(|package| {
                eprintln!("the package is in {}", package.display());
                ExitCode::SUCCESS
            })
        }
        Command::Lint => lint::lint(),
        Command::Generate(args) => generate::generate(&args),
        Command::Release(args) => release::release(&args),
        Command::Services(args) => services::services(&args),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(UNUSABLE)
    })
}

/// Help goes to stdout in full; what is wrong with the arguments is one line.
fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprintln!(
            "error: a command is needed, such as `cargo xtask run FILE.lua`; see `cargo xtask --help`"
        );
        return ExitCode::from(UNUSABLE);
    }
    let text = error.to_string();
    let mut lines = text.lines();
    let mut line = lines.next().unwrap_or_default().trim_end().to_owned();
    // A missing argument or command is named on the next, indented line.
    for detail in lines.take_while(|line| !line.is_empty()) {
        line += " ";
        line += detail.trim();
    }
    eprintln!("{line}; see `cargo xtask --help`");
    ExitCode::from(UNUSABLE)
}
