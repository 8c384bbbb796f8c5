//! The key of a record in the backend.

use std::fmt;
use std::rc::Rc;

/// A record's key, `scope:namespace:rest`. The scope is a script id, or `*` for what is
/// shared; neither it nor the namespace holds a colon.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RecordKey(Rc<str>);

impl RecordKey {
    pub(crate) fn new(key: impl Into<Rc<str>>) -> Self {
        Self(key.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// How the keys of its namespace begin: `scope:namespace:`. Empty for a record that State did not make.
    pub(crate) fn prefix(&self) -> &str {
        let mut colons = self.0.bytes().enumerate().filter(|(_, byte)| *byte == b':');
        let end = colons.nth(1).map_or(0, |(at, _)| at + 1);
        &self.0[..end]
    }

    /// The bytes of [`RecordKey::script_key`].
    pub(crate) fn script_length(&self) -> usize {
        self.0.len() - self.0.find(':').map_or(0, |at| at + 1)
    }

    /// What scripts call it: `namespace.rest`. None for a record that State did not make.
    pub(crate) fn script_key(&self) -> Option<String> {
        let (_, name) = self.0.split_once(':')?;
        let (namespace, rest) = name.split_once(':')?;
        Some([namespace, ".", rest].concat())
    }
}

impl std::borrow::Borrow<str> for RecordKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
