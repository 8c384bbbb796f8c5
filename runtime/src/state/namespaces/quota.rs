use super::namespace::Rules;
use super::script_id::ScriptId;
use crate::protocol::{Error, ErrorKind};
use crate::state::access::Place;
use crate::state::cache::Cursor;
use crate::state::cache::size;
use crate::state::store::Store;

/// Whether a namespace has room for a record.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Room {
    /// It has.
    Enough,
    /// Not before what has expired is removed, which takes long.
    AfterPurge,
}

/// How much is looked through for what has expired and is not removed yet.
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

impl Store {
    /// Whether there is room for `key` with a value of `length` bytes of JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Quota`] when there is none.
    pub(crate) fn room(
        &self,
        script: &ScriptId,
        place: &Place,
        key: &str,
        length: usize,
        now: f64,
        search: Search,
    ) -> Result<Room, Error> {
        let Place { rules, entry } = place;
        let Some(quota) = rules.config.quota else {
            return Ok(Room::Enough);
        };
        let holding = &entry.holding;
        let held = entry
            .stored()
            .map_or(0.0, |stored| size(&entry.key, &stored));
        let more = (key.len() + length) as f64 - held;
        let mut bytes = holding.bytes.get();
        if bytes + more <= quota {
            return Ok(Room::Enough);
        }
        if holding.expiring.get() > 0 && search != Search::Nothing {
            match self.expired_bytes(place, now, search) {
                Some(expired) => bytes -= expired,
                None => return Ok(Room::AfterPurge),
            }
        }
        if bytes + more <= quota {
            return Ok(Room::Enough);
        }
        Err(exceeded(rules, script, key, bytes, more))
    }

    /// What has expired in a namespace, but for `place` itself. None when it takes long to say.
    fn expired_bytes(&self, place: &Place, now: f64, search: Search) -> Option<f64> {
        let Place { rules, entry } = place;
        let mut cursor = Cursor::new(&*rules.record_prefix);
        let (mut expired, mut looked_at) = (0.0, 0);
        loop {
            let part = cursor.next(self.memory_of(rules));
            if part.is_empty() {
                return Some(expired);
            }
            looked_at += part.len();
            if looked_at > MOST && search == Search::Short {
                return None;
            }
            let others = part.iter().filter(|other| other.key != entry.key);
            expired += others
                .filter(|other| other.has_expired(now))
                .filter_map(|other| Some(size(&other.key, &other.stored()?)))
                .sum::<f64>();
        }
    }
}

#[cold]
fn exceeded(rules: &Rules, script: &ScriptId, key: &str, bytes: f64, more: f64) -> Error {
    let quota = rules.config.quota.unwrap_or_default();
    let message = format!(
        "script '{script}' may not store '{key}': it needs {more} bytes more, and the namespace '{}' uses {bytes} of \
         its quota of {quota}; remove what is no longer needed",
        rules.namespace
    );
    Error::new(ErrorKind::Quota, message)
}
