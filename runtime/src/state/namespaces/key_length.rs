//! The limit of a key's length.

use crate::protocol::limits::KEY_BYTES;
use crate::protocol::{Error, ErrorKind};

/// Checks the length of a `key`, `prefix` or `pattern`, which `what` names. What a backend holds under a longer key is
/// still loaded and listed.
///
/// # Errors
/// [`ErrorKind::Value`].
pub(crate) fn check_length(what: &str, text: &str) -> Result<(), Error> {
    if text.len() <= KEY_BYTES {
        return Ok(());
    }
    let shown: String = text.chars().take(32).collect();
    let message = format!(
        "{what}: '{shown}...' has {} bytes of UTF-8; it takes at most {KEY_BYTES}",
        text.len()
    );
    Err(Error::new(ErrorKind::Value { path: what.into() }, message))
}
