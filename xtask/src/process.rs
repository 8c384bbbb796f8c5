//! Running programs, with a line for each step that says what is done and how long it took.

use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How often a long step says that it is still at it.
const TICK: Duration = Duration::from_secs(20);

/// Does `work`, with its name, its time and, when it is long, a sign of life on stderr.
///
/// # Errors
/// What `work` fails with.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    eprintln!("- {name} ...");
    let (done, wait) = mpsc::channel::<()>();
    let result = std::thread::scope(|scope| {
        scope.spawn(move || {
            while wait.recv_timeout(TICK) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("  still at it: {name}, {} s", started.elapsed().as_secs());
            }
        });
        let result = work();
        drop(done);
        result
    });
    if result.is_ok() {
        eprintln!("  done in {:.1} s", started.elapsed().as_secs_f64());
    }
    result
}

/// Runs a program that must succeed; its output is shown only when it does not.
///
/// # Errors
/// When it cannot be started or fails, with what it printed.
pub fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// Runs a program that must succeed and gives back what it printed.
///
/// # Errors
/// As [`run`].
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {name}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{name} failed ({}):\n{}\n{}", output.status, printed.trim_end(), errors.trim_end());
    }
    Ok(printed.into_owned())
}

/// Runs a program that must succeed; what it says goes to our stderr as it says it.
///
/// # Errors
/// When it cannot be started or fails.
pub fn run_visible(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status()
        .with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status}); its own messages are above");
    }
    Ok(())
}

/// Finds a program as the shell would.
pub fn find(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
