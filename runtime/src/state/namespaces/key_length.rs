//! The limit of a key's length.

use crate::protocol::{Error, ErrorKind};

/// How long a key, or what keys are to begin with, may be, in bytes of UTF-8. What a backend
/// holds under a longer one is still loaded and listed.
const MAX_LEN: usize = 4096;

/// Checks the length of a `key`, `prefix` or `pattern`, which `what` names.
///
/// # Errors
/// [`ErrorKind::Value`].
pub(crate) fn check_length(what: &str, text: &str) -> Result<(), Error> {
    if text.len() <= MAX_LEN {
        return Ok(());
    }
    let shown: String = text.chars().take(32).collect();
    let message = format!(
        "{what}: '{shown}...' has {} bytes of UTF-8; it takes at most {MAX_LEN}",
        text.len()
    );
    Err(Error::new(ErrorKind::Value { path: what.into() }, message))
}
