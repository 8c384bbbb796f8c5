//! A namespace's quota, and whether it has room for a value.

use super::namespace::Namespace;
use crate::protocol::{Error, ErrorKind};
use crate::script_id::ScriptId;
use crate::state::cache::{Cursor, Entry, RecordCache, quota_bytes};

/// The outcome of a quota check that has not failed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Room {
    /// The namespace has room.
    Enough,
    /// It has none before what has expired is removed, which takes long.
    AfterPurge,
}

/// The extent of the search for records that have expired and are not removed yet.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Search {
    /// Nothing: what has expired was just removed.
    Nothing,
    /// As many records as take no time.
    Short,
    /// All of them.
    Whole,
}

/// How many records take no time to look at.
const MOST: usize = 2048;

/// A value that a script wants to store.
pub(crate) struct QuotaCheck<'a> {
    pub(crate) script: &'a ScriptId,
    pub(crate) namespace: &'a Namespace,
    /// Where the namespace's records are.
    pub(crate) cache: &'a RecordCache,
    pub(crate) entry: &'a Entry,
    pub(crate) key: &'a str,
    /// The bytes of its JSON text.
    pub(crate) length: usize,
    /// In milliseconds since the epoch.
    pub(crate) now: f64,
}

impl QuotaCheck<'_> {
    /// Whether there is room for it.
    ///
    /// # Errors
    /// [`ErrorKind::Quota`] when there is none.
    pub(crate) fn room(&self, search: Search) -> Result<Room, Error> {
        let Some(quota) = self.namespace.config.quota else {
            return Ok(Room::Enough);
        };
        let usage = &self.entry.usage;
        let held = self
            .entry
            .stored()
            .map_or(0.0, |stored| quota_bytes(&self.entry.key, &stored));
        let more = (self.key.len() + self.length) as f64 - held;
        let mut bytes = usage.bytes();
        if bytes + more <= quota {
            return Ok(Room::Enough);
        }
        if usage.expires() && search != Search::Nothing {
            match self.expired_bytes(search) {
                Some(expired) => bytes -= expired,
                None => return Ok(Room::AfterPurge),
            }
        }
        if bytes + more <= quota {
            return Ok(Room::Enough);
        }
        Err(self.exceeded(bytes, more))
    }

    /// The bytes in the namespace that have expired, except for the entry itself. None when it takes long to say.
    fn expired_bytes(&self, search: Search) -> Option<f64> {
        let mut cursor = Cursor::new(&*self.namespace.record_prefix);
        let (mut expired, mut looked_at) = (0.0, 0);
        loop {
            let part = cursor.next(self.cache);
            if part.is_empty() {
                return Some(expired);
            }
            looked_at += part.len();
            if looked_at > MOST && search == Search::Short {
                return None;
            }
            let others = part.iter().filter(|other| other.key != self.entry.key);
            expired += others
                .filter(|other| other.has_expired(self.now))
                .filter_map(|other| Some(quota_bytes(&other.key, &other.stored()?)))
                .sum::<f64>();
        }
    }

    #[cold]
    fn exceeded(&self, bytes: f64, more: f64) -> Error {
        let Self {
            script,
            namespace,
            key,
            ..
        } = self;
        let quota = namespace.config.quota.unwrap_or_default();
        let message = format!(
            "script '{script}' may not store '{key}': it needs {more} bytes more, and the namespace '{}' uses {bytes} of \
             its quota of {quota}; remove what is no longer needed",
            namespace.name
        );
        Error::new(ErrorKind::Quota, message)
    }
}
