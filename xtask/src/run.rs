//! `cargo xtask run FILE.lua`.

use crate::args::{RunArgs, UNUSABLE, word};
use crate::browser::{Browser, Profile};
use crate::build;
use crate::package::Flavour;
use crate::server::{Said, Server, Site};
use crate::{paths, process};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// How long the page may take to say its first word, and then to say that it lives.
const SILENCE: Duration = Duration::from_secs(60);

/// The exit code when the script fails.
const FAILED: u8 = 1;
/// The exit code when a limit ends the script.
const LIMIT: u8 = 2;
/// The exit code when a person ends it, as the shell has it.
const INTERRUPTED: u8 = 130;

/// Runs the script, its output to stdout, its error to stderr.
///
/// # Errors
/// When something that is needed is missing or breaks; not when the script fails.
pub fn run(args: &RunArgs) -> Result<ExitCode> {
    let engine = args.browser.engine();
    let script = std::fs::read(&args.file)
        .with_context(|| format!("cannot read the script {}", args.file.display()))?;
    let job = job(args)?;
    let package = build::build(Flavour::Release)?;
    engine.prepare()?;
    let profile = Profile::open(
        &args
            .profile
            .clone()
            .unwrap_or_else(|| paths::target().join("profile")),
    )?;
    let mut site = Site::default()
        .folder("/package", package)
        .file("/run.html", include_str!("../pages/run.html"))
        .file("/run.js", include_str!("../pages/run.js"))
        .file("/job.json", job.to_string())
        .file("/script", script)
        .stdin();
    for (at, (_, file)) in args.modules.iter().enumerate() {
        let source = std::fs::read(file)
            .with_context(|| format!("cannot read the module {}", file.display()))?;
        site = site.file(&format!("/module/{at}"), source);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut server = Server::start(site, engine.port(&profile)?).await?;
        let mut browser = Browser::launch(engine, profile, server.port(), "/run.html")?;
        let outcome = tokio::select! {
            outcome = follow(&mut server, args) => outcome,
            error = browser.died() => return Err(error),
            interrupted = process::interrupted() => interrupted.map(|()| INTERRUPTED),
        };
        browser.close().await;
        outcome.map(ExitCode::from)
    })
}

/// What the page is to do.
fn job(args: &RunArgs) -> Result<Value> {
    let namespaces = args.namespaces.as_ref().map(|file| {
        let text = std::fs::read(file)
            .with_context(|| format!("cannot read the namespaces {}", file.display()))?;
        serde_json::from_slice::<serde_json::Map<String, Value>>(&text)
            .with_context(|| format!("{} is not a JSON object of namespaces", file.display()))
    });
    let mut limits = serde_json::Map::new();
    if let Some(ms) = args.cpu_ms {
        limits.insert("cpuMs".to_owned(), json!(ms));
    }
    if let Some(mebibytes) = args.output_mb {
        limits.insert("outputBytes".to_owned(), json!(u64::from(mebibytes) << 20));
    }
    if let Some(ms) = args.timeout_ms {
        limits.insert("timeoutMs".to_owned(), json!(ms));
    }
    if let Some(mebibytes) = args.memory_mb {
        limits.insert("memoryBytes".to_owned(), json!(u64::from(mebibytes) << 20));
    }
    Ok(json!({
        "scriptId": args.script_id,
        "backend": word(args.backend),
        "artifact": args.artifact.map(word),
        "name": args.file.file_name().unwrap_or(args.file.as_os_str()).to_string_lossy(),
        "limits": limits,
        "args": args.args,
        "modules": args.modules.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "namespaces": namespaces.transpose()?,
    }))
}

/// Prints what the page says until it says how the run ended.
async fn follow(server: &mut Server, args: &RunArgs) -> Result<u8> {
    let mut stdout = std::io::stdout();
    loop {
        let Ok(said) = tokio::time::timeout(SILENCE, server.next()).await else {
            bail!(
                "the page has said nothing for {} s: the browser hangs or cannot load it",
                SILENCE.as_secs()
            );
        };
        match said {
            Said::Output(bytes) => {
                // Nobody reads on, as with `| head`: the script need not go on either.
                if stdout
                    .write_all(&bytes)
                    .and_then(|()| stdout.flush())
                    .is_err()
                {
                    return Ok(FAILED);
                }
            }
            Said::Message(message) if message.get("done").is_some() => return Ok(0),
            Said::Message(message) => {
                if let Some(text) = message["stderr"].as_str() {
                    eprint!("{text}");
                }
                if let Some(notice) = message["notice"].as_str() {
                    eprintln!("notice: {notice}");
                }
                if let Some(why) = message["unusable"].as_str() {
                    let file = args.namespaces.as_deref().unwrap_or(&args.file);
                    bail!("{}: {why}", file.display());
                }
                if let Some(error) = message.get("error") {
                    return Ok(report(error));
                }
            }
            Said::Gone => bail!("the page went away before the script ended: its tab crashed"),
            Said::Report(_) | Said::Progress(_) => {}
        }
    }
}

fn report(error: &Value) -> u8 {
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    eprintln!("{}", text("message"));
    let traceback = text("traceback");
    if !traceback.is_empty() {
        eprintln!("{}", traceback.trim_end());
    }
    if text("code") == "LIMIT_EXCEEDED" {
        LIMIT
    } else if let Some(code) = error["exitCode"].as_i64() {
        u8::try_from(code).unwrap_or(FAILED)
    } else {
        FAILED
    }
}

const _: () = assert!(UNUSABLE == LIMIT, "the spec gives both the exit code 2");
