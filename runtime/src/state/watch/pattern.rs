//! Which keys a watcher is notified of.

/// A key, or what watched keys have in common.
pub(crate) enum Pattern {
    Key(String),
    /// The key, and all below it.
    Tree(String),
    Prefix(String),
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(prefix) => Self::Prefix(prefix.to_owned()),
            None if text.is_empty() || text.ends_with('.') => Self::Prefix(text.to_owned()),
            None => Self::Tree(text.to_owned()),
        }
    }

    pub(super) fn matches(&self, key: &str) -> bool {
        match self {
            Self::Key(watched) => key == watched,
            Self::Tree(watched) => key
                .strip_prefix(&**watched)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
            Self::Prefix(prefix) => key.starts_with(&**prefix),
        }
    }
}
