//! The arguments of the commands.

use crate::browser::Engine;
use clap::ValueEnum;
use std::path::PathBuf;

/// The exit code of a command line that cannot be carried out.
pub const UNUSABLE: u8 = 2;

/// The arguments of `run`.
#[derive(clap::Args)]
pub struct RunArgs {
    /// The script
    pub file: PathBuf,
    /// Who the script acts as
    #[arg(long, default_value = "main", value_name = "ID")]
    pub script_id: String,
    /// Where State's records last
    #[arg(long, default_value = "indexeddb")]
    pub backend: Backend,
    /// Where the browser keeps its data from one run to the next [default: target/profile]
    #[arg(long, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// The browser
    #[arg(long, default_value = "chromium")]
    pub browser: BrowserName,
    /// Time that the script computes, in milliseconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub cpu_ms: Option<u32>,
    /// What the script may print, in MiB
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4095))]
    pub output_mb: Option<u32>,
    /// A module that the script requires as file://NAME; may be given several times
    #[arg(long = "module", value_name = "NAME=FILE", value_parser = module)]
    pub modules: Vec<(String, PathBuf)>,
    /// Wall time, in milliseconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub timeout_ms: Option<u32>,
    /// Lua's memory, in MiB
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=2048))]
    pub memory_mb: Option<u32>,
    /// Namespaces to register for the script, as JSON
    #[arg(long, value_name = "FILE.json")]
    pub namespaces: Option<PathBuf>,
    /// Forces one build of the worker; what the browser can otherwise
    #[arg(long)]
    pub artifact: Option<Artifact>,
    /// What the script gets as `...`, as strings
    #[arg(last = true)]
    pub args: Vec<String>,
}

fn module(text: &str) -> std::result::Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.to_owned(), file.into()))
        }
        _ => Err("it takes NAME=FILE".to_owned()),
    }
}

/// Where State's records last.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// IndexedDB
    #[value(name = "indexeddb")]
    IndexedDb,
    /// The worker's memory
    Memory,
    /// localStorage
    #[value(name = "localstorage")]
    LocalStorage,
    /// The origin private file system
    Opfs,
}

/// The browsers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BrowserName {
    /// Chromium
    Chromium,
    /// Firefox
    Firefox,
    /// WebKit
    Webkit,
}

impl BrowserName {
    /// What starts it.
    pub fn engine(self) -> Engine {
        match self {
            Self::Chromium => Engine::Chromium,
            Self::Firefox => Engine::Firefox,
            Self::Webkit => Engine::Webkit,
        }
    }
}

/// Where tests run: in one browser, or in each.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestBrowsers {
    /// Chromium
    Chromium,
    /// Firefox
    Firefox,
    /// WebKit
    Webkit,
    /// Each of them
    All,
}

impl TestBrowsers {
    /// What starts them.
    pub fn engines(self) -> &'static [Engine] {
        match self {
            Self::Chromium => &[Engine::Chromium],
            Self::Firefox => &[Engine::Firefox],
            Self::Webkit => &[Engine::Webkit],
            Self::All => &[Engine::Chromium, Engine::Firefox, Engine::Webkit],
        }
    }
}

/// The two builds of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Artifact {
    /// Standard exceptions and JS Promise Integration
    Jspi,
    /// Legacy exceptions, for every engine
    Portable,
}

impl Artifact {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Jspi, Self::Portable];

    /// Those that run in this browser.
    pub fn of(engine: Engine) -> &'static [Self] {
        match engine {
            Engine::Chromium | Engine::Firefox => &Self::ALL,
            Engine::Webkit => &[Self::Portable],
        }
    }

    /// Its name in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jspi => "jspi",
            Self::Portable => "portable",
        }
    }
}

/// What a word of a value enumeration is on the command line.
pub fn word(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

/// The arguments of `serve`.
#[derive(clap::Args)]
pub struct ServeArgs {
    /// The port
    #[arg(long, default_value_t = 8642)]
    pub port: u16,
}

/// The arguments of `test`.
#[derive(clap::Args)]
pub struct TestArgs {
    /// Only the tests of the group NAME, or with NAME in their own name or their file's, or `apps/NAME`,
    /// `shared-state/NAME`; several are parted by commas
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// How often the browser tests run, and the browser is killed (3 times at least)
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Where the browser tests run
    #[arg(long, default_value = "chromium")]
    pub browser: TestBrowsers,
}

/// The arguments of `bench`.
#[derive(clap::Args)]
pub struct BenchArgs {
    /// Only the benchmarks with NAME in their name
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// How often each is measured; the table shows medians
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(5..))]
    pub rounds: u32,
    /// Compares the programs with a build of ours whose Lua has no safepoints
    #[arg(long)]
    pub safepoints: bool,
    /// The browser
    #[arg(long, default_value = "chromium")]
    pub browser: BrowserName,
}

/// The arguments of `build`.
#[derive(clap::Args)]
pub struct BuildArgs {
    /// Adds the worker's test-only functions, under target/package-testing
    #[arg(long)]
    pub testing: bool,
}

/// The arguments of `generate`.
#[derive(clap::Args)]
pub struct GenerateArgs {
    /// Only tells whether the committed files are current
    #[arg(long)]
    pub check: bool,
}

/// The arguments of `release`.
#[derive(clap::Args)]
pub struct ReleaseArgs {
    /// Checks the version, the changelog and the packed package, and publishes nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `services` takes.
#[derive(clap::Args)]
pub struct ServicesArgs {
    /// Which service
    pub service: Service,
    /// How many servers, which make one cluster
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=5))]
    pub cluster: u16,
}

/// The services.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// NATS with JetStream and a websocket
    Nats,
}
