//! Running programs, with a line for each step that says what is done and how long it took.

use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};

/// A step that takes less goes without saying.
const QUICK: Duration = Duration::from_millis(800);

/// When a long step first says that it is still at it; the next time is twice as far.
const TICK: Duration = Duration::from_secs(15);

/// Does `work`; when it is not quick, says on stderr what it is and how long it takes. Each line names it: others may
/// be at work beside it.
///
/// # Errors
/// What `work` fails with.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let (done, wait) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let over = |pause| wait.recv_timeout(pause) != Err(mpsc::RecvTimeoutError::Timeout);
            if over(QUICK) {
                return;
            }
            eprintln!("- {name} ...");
            let mut tick = TICK;
            while !over(tick) {
                tick *= 2;
                eprintln!("  ... {} s: {name}", started.elapsed().as_secs());
            }
            eprintln!("  took {:.1} s: {name}", started.elapsed().as_secs_f64());
        });
        let result = work();
        drop(done);
        result
    })
}

/// Does both, side by side.
///
/// # Errors
/// What either fails with, or both.
pub fn both<T, U: Send>(
    one: impl FnOnce() -> Result<T>,
    other: impl FnOnce() -> Result<U> + Send,
) -> Result<(T, U)> {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        let other = other
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(one), Err(other)) => bail!("{one:#}\n{other:#}"),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    })
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
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{name} failed ({}):\n{}\n{}",
            output.status,
            printed.trim_end(),
            errors.trim_end()
        );
    }
    Ok(printed.into_owned())
}

/// Finds a program as the shell would.
pub fn find(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// Completes when a person or the system asks us to end.
///
/// # Errors
/// When signals cannot be listened for.
pub async fn interrupted() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => Ok(interrupt?),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::both;
    use anyhow::bail;

    #[test]
    fn both_are_done_and_either_may_fail() {
        let pair = both(|| Ok(1), || Ok("two")).expect("neither fails");
        assert_eq!(pair, (1, "two"));
        let told = |one, other: bool| {
            let failed = both(
                || if one { bail!("one") } else { Ok(()) },
                || if other { bail!("other") } else { Ok(()) },
            );
            failed.expect_err("one of them fails").to_string()
        };
        assert_eq!(told(true, false), "one");
        assert_eq!(told(false, true), "other");
        assert_eq!(told(true, true), "one\nother");
    }
}
