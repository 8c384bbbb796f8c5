//! The identity of a script.

use crate::json;
use crate::protocol::limits::SCRIPT_ID_LENGTH;
use crate::protocol::{Error, ErrorKind};
use std::fmt;
use std::rc::Rc;

/// The id that a script acts as: 1 to 128 letters, digits, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScriptId(Rc<str>);

impl ScriptId {
    /// Checks and keeps `id`.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when it is empty, too long, or holds anything else.
    pub fn parse(id: &str) -> Result<Self, Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (1..=SCRIPT_ID_LENGTH).contains(&id.len()) && id.bytes().all(plain) {
            return Ok(Self(id.into()));
        }
        let shown: String = id.chars().take(SCRIPT_ID_LENGTH).collect();
        Err(Error::new(
            ErrorKind::Value {
                path: "scriptId".into(),
            },
            format!(
                "{} is not a valid script id: it takes 1 to {SCRIPT_ID_LENGTH} letters, digits, '_' and '-'",
                json::quoted(&shown)
            ),
        ))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
