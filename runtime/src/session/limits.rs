//! The limits of runs.

use crate::protocol::limits::{CPU_MS, MEMORY_BYTES, MOST_MEMORY_BYTES, OUTPUT_BYTES, TIMEOUT_MS};
use crate::protocol::{Error, ErrorKind, RunLimits};
use crate::sandbox::Limits;

/// Looks at limits of the page's.
///
/// # Errors
/// [`ErrorKind::Value`] for one that cannot be kept.
pub(super) fn check(limits: &RunLimits) -> Result<(), Error> {
    match limits.memory_bytes {
        Some(bytes) if !(1..=MOST_MEMORY_BYTES).contains(&bytes) => {
            let path = "limits.memoryBytes".to_owned();
            let message = format!("{path}: {bytes} is not an integer between 1 and 2^31");
            Err(Error::new(ErrorKind::Value { path }, message))
        }
        _ => Ok(()),
    }
}

/// A run's limits over the session's, which have been looked at, over the defaults.
///
/// # Errors
/// As [`check`].
pub(super) fn decide(run: RunLimits, session: RunLimits) -> Result<Limits, Error> {
    check(&run)?;
    let time = |ms| match ms {
        RunLimits::ENDLESS => f64::INFINITY,
        ms => f64::from(ms),
    };
    let pick = |run: Option<u32>, session: Option<u32>, default| run.or(session).unwrap_or(default);
    Ok(Limits {
        timeout_ms: time(pick(run.timeout_ms, session.timeout_ms, TIMEOUT_MS)),
        cpu_ms: time(pick(run.cpu_ms, session.cpu_ms, CPU_MS)),
        memory_bytes: pick(run.memory_bytes, session.memory_bytes, MEMORY_BYTES) as usize,
        output_bytes: pick(run.output_bytes, session.output_bytes, OUTPUT_BYTES) as usize,
    })
}
