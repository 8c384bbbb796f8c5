//! Errors on the wire: their kinds, codes and texts.

use super::Value;
use crate::text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A failure that reaches a person: its kind says which error class it is on the host. Whatever it
/// quotes, its texts are bounded: see [`crate::text`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Error {
    /// What was wrong, where, and what to do.
    pub message: String,
    /// Which failure it is, with what belongs to it. Boxed to keep results small.
    pub kind: Box<ErrorKind>,
    /// Where Lua was, as text; empty when the failure did not pass through Lua.
    pub traceback: String,
}

/// How many keys an error names at most.
pub const MOST_KEYS: usize = 100;

/// The kinds of failure. [`ErrorKind::code`] is stable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ErrorKind {
    /// The script raised an error, or does not compile.
    Lua {
        /// What was raised.
        value: Value,
    },
    /// A limit was reached.
    Limit {
        /// Which one.
        limit: Limit,
        /// Its value: milliseconds, bytes or levels.
        value: f64,
    },
    /// The run was cancelled.
    Cancelled,
    /// The script may not do this.
    Permission,
    /// A namespace's quota is used up. (The browser's shows as a `Storage` failure whose
    /// cause is named `QuotaExceededError`.)
    Quota,
    /// A backend failed.
    Storage {
        /// The backend's name.
        backend: String,
        /// The operation that failed.
        operation: String,
        /// The keys it was about: the first 100 of them, and at most 1 MiB.
        keys: Vec<String>,
        /// What the backend threw.
        cause: Option<HostError>,
    },
    /// A module is missing or cannot be loaded.
    Module,
    /// A value cannot cross.
    Value {
        /// Where in the value, such as `value.items[3].owner`.
        path: String,
    },
    /// A message was not understood, or the versions differ.
    Protocol,
    /// A host function failed.
    Host {
        /// What it threw.
        cause: HostError,
        /// The same as a value, for the script that catches it; nil when it was an error of JavaScript's.
        value: Value,
    },
    /// The portable artifact would have to wait where Lua cannot yield.
    CannotWait,
    /// The script ended itself by `os.exit`, and not well.
    Exit {
        /// The exit code, as a shell sees it; never 0 on the host.
        code: u8,
    },
}

/// The name of a cause, and the code of its error: it is not known whether what was asked for was done.
pub const OUTCOME_UNKNOWN: &str = "OUTCOME_UNKNOWN";

/// The same of a backend that is not connected, and has done nothing.
pub const OFFLINE: &str = "OFFLINE";

/// An exception of JavaScript's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HostError {
    /// Its `name`, such as `TypeError`.
    pub name: String,
    /// Its `message`.
    pub message: String,
}

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Limit {
    /// Wall time.
    TimeoutMs,
    /// Time not suspended.
    CpuMs,
    /// Lua's memory.
    MemoryBytes,
    /// What was printed.
    OutputBytes,
    /// The script's source.
    SourceBytes,
}

impl ErrorKind {
    /// The stable code that the error carries in JavaScript and in Lua.
    ///
    /// ```
    /// use pubwiki_lua_runtime::protocol::{ErrorKind, Limit};
    ///
    /// let kind = ErrorKind::Limit { limit: Limit::TimeoutMs, value: 5_000.0 };
    /// assert_eq!(kind.code(), "LIMIT_EXCEEDED");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lua { .. } => "LUA_ERROR",
            Self::Limit { .. } => "LIMIT_EXCEEDED",
            Self::Cancelled => "CANCELLED",
            Self::Permission => "PERMISSION_DENIED",
            Self::Quota => "QUOTA_EXCEEDED",
            Self::Storage {
                cause: Some(cause), ..
            } if cause.name == OUTCOME_UNKNOWN => OUTCOME_UNKNOWN,
            Self::Storage {
                cause: Some(cause), ..
            } if cause.name == OFFLINE => OFFLINE,
            Self::Storage { .. } => "STORAGE_FAILED",
            Self::Module => "MODULE_FAILED",
            Self::Value { .. } => "INVALID_VALUE",
            Self::Protocol => "PROTOCOL_ERROR",
            Self::Host { .. } => "HOST_ERROR",
            Self::CannotWait => "CANNOT_WAIT",
            Self::Exit { .. } => "EXIT",
        }
    }
}

impl Error {
    /// An error of `kind` that says `message`: `format_args!` saves a copy of what is too long.
    ///
    /// ```
    /// use pubwiki_lua_runtime::protocol::limits::MESSAGE_BYTES;
    /// use pubwiki_lua_runtime::protocol::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Module, "x".repeat(10 * MESSAGE_BYTES));
    /// assert!(error.message.len() <= MESSAGE_BYTES);
    /// ```
    pub fn new(kind: ErrorKind, message: impl fmt::Display) -> Self {
        let mut error = Self {
            message: text::written(&message, text::MESSAGE_BYTES),
            kind: Box::new(kind),
            traceback: String::new(),
        };
        error.bound();
        error
    }

    /// An [`ErrorKind::Storage`] error of `operation` in `backend`, about `keys`, that says `message`.
    pub fn storage(
        backend: &str,
        operation: &str,
        keys: Vec<String>,
        cause: Option<HostError>,
        message: impl fmt::Display,
    ) -> Self {
        let kind = ErrorKind::Storage {
            backend: backend.to_owned(),
            operation: operation.to_owned(),
            keys,
            cause,
        };
        Self::new(kind, message)
    }

    /// The same for what the browser refused a built-in backend; `place` is where its records are, as users
    /// know it. The browser's quota is told by the cause's name, `QuotaExceededError`: it concerns the whole
    /// origin, no script's namespace.
    pub fn browser_storage(
        (backend, place): (&str, &str),
        operation: &str,
        keys: Vec<String>,
        cause: HostError,
    ) -> Self {
        let advice = if cause.name == "QuotaExceededError" {
            ": its storage is full; remove what is no longer needed"
        } else {
            ""
        };
        let message = format!("{operation} failed in {place}: {cause}{advice}");
        Self::storage(backend, operation, keys, Some(cause), message)
    }

    /// An [`ErrorKind::Protocol`] error.
    pub fn protocol(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Protocol, message)
    }

    /// Cuts what is longer than it may be.
    pub(crate) fn bound(&mut self) {
        text::cut(&mut self.message, text::MESSAGE_BYTES);
        text::cut(&mut self.traceback, text::MESSAGE_BYTES);
        match &mut *self.kind {
            ErrorKind::Lua {
                value: Value::Str(value),
            } => text::cut(value, text::MESSAGE_BYTES),
            ErrorKind::Storage {
                backend,
                operation,
                keys,
                cause,
            } => {
                text::cut(backend, text::NAME_BYTES);
                text::cut(operation, text::NAME_BYTES);
                bound_keys(keys);
                cause.iter_mut().for_each(HostError::bound);
            }
            ErrorKind::Value { path } => text::cut(path, text::PATH_BYTES),
            ErrorKind::Host { cause, .. } => cause.bound(),
            ErrorKind::Lua { .. }
            | ErrorKind::Limit { .. }
            | ErrorKind::Cancelled
            | ErrorKind::Permission
            | ErrorKind::Quota
            | ErrorKind::Module
            | ErrorKind::Protocol
            | ErrorKind::CannotWait
            | ErrorKind::Exit { .. } => {}
        }
    }
}

/// The most that the keys of a failure may take, in bytes.
const KEYS_BYTES: usize = 1024 * 1024;

/// Leaves the first keys, as many as have room: one that is cut would be another key.
fn bound_keys(keys: &mut Vec<String>) {
    let mut left = KEYS_BYTES;
    let fit = keys.iter().take_while(|key| {
        let room = left.checked_sub(key.len() + size_of::<String>());
        left = room.unwrap_or(0);
        room.is_some()
    });
    let fit = fit.count();
    keys.truncate(fit);
}

/// Its name, and its message unless that is empty: browsers leave some out.
impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.message.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.message)
    }
}

impl HostError {
    fn bound(&mut self) {
        text::cut(&mut self.name, text::NAME_BYTES);
        text::cut(&mut self.message, text::MESSAGE_BYTES);
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
