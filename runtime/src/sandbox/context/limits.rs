//! A run's limits.

use crate::protocol::{Error, ErrorKind, Limit};

/// A run's limits, all decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Wall time in milliseconds.
    pub timeout_ms: f64,
    /// Time not suspended, in milliseconds.
    pub cpu_ms: f64,
    /// Bytes that Lua may hold.
    pub memory_bytes: usize,
    /// Bytes that may be printed.
    pub output_bytes: usize,
}

/// The error of a limit that was reached; `value` is in milliseconds or bytes.
pub fn limit_error(limit: Limit, value: f64) -> Error {
    let message = match limit {
        Limit::TimeoutMs => format!("the script ran longer than its limit of {value} ms"),
        Limit::CpuMs => format!("the script computed longer than its limit of {value} ms"),
        Limit::MemoryBytes => {
            format!("the script needs more than its limit of {value} bytes of memory")
        }
        Limit::OutputBytes => format!("the script printed more than its limit of {value} bytes"),
        Limit::SourceBytes => {
            format!("the script's source is larger than the limit of {value} bytes")
        }
    };
    Error::new(ErrorKind::Limit { limit, value }, message)
}
