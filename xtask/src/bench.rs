//! `cargo xtask bench`: us compared with our peers, in one browser.

mod bytes;
mod native;
mod page;
mod programs;
mod shared;
mod table;

use crate::args::BenchArgs;
use crate::browser::{Browser, Engine, Profile};
use crate::build;
use crate::package::Flavour;
use crate::server::{Said, Server, Site};
use crate::{paths, process};
use anyhow::{Context, Result, bail};
use native::Native;
use programs::{Program, Runs};
use serde_json::Value;
use shared::Servers;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;
use table::Row;

/// How long one benchmark may take.
const SILENCE: Duration = Duration::from_secs(300);

/// Builds the packages and the page, measures, and prints a table.
///
/// # Errors
/// When something is missing, or a benchmark fails.
pub fn bench(args: &BenchArgs) -> Result<ExitCode> {
    let package = build::build(Flavour::Release)?;
    let testing = build::build(Flavour::Testing)?;
    let programs = programs::names(args.only.as_deref())?;
    let native = measure_native(&programs, args.rounds)?;
    let bundle = page::bundle()?;
    let engine = args.browser.engine();
    engine.prepare()?;
    let mut rows = bytes::shipped(&package, &bundle)?;
    rows.retain(|row| {
        args.only
            .as_ref()
            .is_none_or(|name| row.name.contains(name))
    });
    let mut site = Site::default()
        .folder("/package", &package)
        .folder("/package-testing", testing)
        .folder("/bench", &bundle)
        .kept_folder("/kept/package", package)
        .kept_folder("/kept/bench", bundle)
        .folder("/programs", programs::folder());
    if args.safepoints {
        site = site.folder("/package-unmetered", build::build(Flavour::Unmetered)?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let measured = runtime.block_on(async {
        // Programs that are named alone need none.
        let servers = match args.only.is_none() || programs.is_empty() {
            true => Some(Servers::start().await?),
            false => None,
        };
        let options = options(args, &programs, servers.as_ref()).to_string();
        measure(engine, site.file("/bench.json", options), native).await
    })?;
    rows.splice(0..0, measured.rows);
    if rows.is_empty() && measured.programs.is_empty() {
        bail!(
            "no benchmark has `{}` in its name",
            args.only.as_deref().unwrap_or_default()
        );
    }
    table::print(&rows);
    table::print_mean(&rows, "ours without safepoints");
    Ok(match programs::print_means(&measured.programs) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// What was measured.
#[derive(Default)]
struct Measured {
    rows: Vec<Row>,
    programs: Vec<Program>,
}

/// What native Lua takes for each program.
fn measure_native(programs: &[String], rounds: u32) -> Result<BTreeMap<String, Runs>> {
    if programs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let native = Native::build()?;
    process::step("measuring native Lua", || {
        programs
            .iter()
            .map(|name| Ok((name.clone(), native.measure(name, rounds)?)))
            .collect()
    })
}

/// What the page is to do.
fn options(args: &BenchArgs, programs: &[String], servers: Option<&Servers>) -> Value {
    serde_json::json!({
        "only": args.only.as_deref().unwrap_or_default(),
        "rounds": args.rounds,
        "safepoints": args.safepoints,
        "programs": programs,
        "servers": servers.map(Servers::places),
    })
}

/// Has a browser with a fresh profile measure.
async fn measure(engine: Engine, site: Site, native: BTreeMap<String, Runs>) -> Result<Measured> {
    let folder = tempfile::tempdir_in(paths::target())?;
    let mut server = Server::start(site, 0).await?;
    let mut browser = Browser::launch(
        engine,
        Profile::open(folder.path())?,
        server.port(),
        "/bench/bench.html",
    )?;
    let measured = tokio::select! {
        measured = follow(&mut server, native) => measured,
        error = browser.died() => Err(error),
        _ = process::interrupted() => bail!("interrupted"),
    };
    browser.close().await;
    measured
}

/// Collects what the page measured.
async fn follow(server: &mut Server, mut native: BTreeMap<String, Runs>) -> Result<Measured> {
    let mut measured = Measured::default();
    loop {
        let Ok(said) = tokio::time::timeout(SILENCE, server.next()).await else {
            bail!(
                "the page has said nothing for {} s: a benchmark or the browser hangs",
                SILENCE.as_secs()
            );
        };
        match said {
            Said::Progress(name) => eprintln!("- measuring: {name}"),
            Said::Report(report) => {
                if let Some(error) = report["error"].as_str() {
                    bail!("a benchmark failed: {error}");
                }
                if report["done"].as_bool() == Some(true) {
                    return Ok(measured);
                }
                if report["row"].is_null() {
                    let program =
                        Program::from_report(&report["program"], |name| native.remove(name))
                            .context("the page's report is not of a program")?;
                    // At once, for all of them take long.
                    program.print(measured.programs.is_empty());
                    measured.programs.push(program);
                } else {
                    let row = Row::from_report(&report["row"]);
                    let row = row.context("the page's report is not a row")?;
                    eprintln!("  {}", row.line());
                    measured.rows.push(row);
                }
            }
            Said::Output(_) | Said::Message(_) | Said::Gone => {}
        }
    }
}
