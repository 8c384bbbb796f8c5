//! Listings: the keys that begin with a prefix, over all namespaces that a script may read.

use super::core::Core;
use super::learn::{learn_prefixes, unknown_under};
use super::maybe_pending::MaybePending;
use crate::ledger::{Held, block, exceeded};
use crate::pace::Pace;
use crate::protocol::{Error, Value};
use crate::state::cache::{Cursor, Entry};
use crate::state::namespaces::{Namespace, check_length};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

/// The patience of whoever lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// The listing may wait, and does so where there are many records.
    Waits,
    /// It does not wait where memory knows the records, unless they are a great many.
    Hurries,
}

/// How many records are listed without a turn for others, and in a hurry.
const MOST_AT_ONCE: usize = 4096;
const MOST_IN_A_HURRY: usize = 100_000;

/// The keys beginning with `prefix` that the script may read, sorted.
///
/// # Errors
/// [`Value`](crate::protocol::ErrorKind::Value) for a prefix that is too long;
/// [`Storage`](crate::protocol::ErrorKind::Storage) when the backend fails.
pub(super) fn list(
    core: &Rc<Core>,
    prefix: &str,
    patience: Patience,
) -> Result<MaybePending<Vec<String>>, Error> {
    check_length("prefix", prefix)?;
    core.count_read();
    let unknown = unknown_under(core, prefix);
    if unknown.is_empty()
        && let Some(keys) = list_at_once(core, prefix, patience)?
    {
        return Ok(MaybePending::Ready(keys));
    }
    let (core, prefix) = (core.clone(), prefix.to_owned());
    Ok(MaybePending::Pending(Box::pin(async move {
        learn_prefixes(&core, unknown).await?;
        let pace = Pace::new(core.platform().clone());
        let (mut listing, mut keys) = (Listing::new(&core, &prefix, None), Keys::of(&core));
        while let Some(listed) = listing.next(&core) {
            keys.add(listed)?;
            pace.after(0).await;
        }
        Ok(keys.keys)
    })))
}

/// None when there are so many that others should have turns meanwhile.
fn list_at_once(
    core: &Core,
    prefix: &str,
    patience: Patience,
) -> Result<Option<Vec<String>>, Error> {
    let (mut listing, mut keys) = (Listing::new(core, prefix, None), Keys::of(core));
    let most = match patience {
        Patience::Waits => MOST_AT_ONCE,
        Patience::Hurries => MOST_IN_A_HURRY,
    };
    while let Some(listed) = listing.next(core) {
        keys.add(listed)?;
        if listing.looked_at > most {
            return Ok(None);
        }
    }
    core.looked_at.set(listing.looked_at);
    Ok(Some(keys.keys))
}

/// Keys that are listed: they count for the run.
struct Keys {
    keys: Vec<String>,
    held: Held,
}

impl Keys {
    fn of(core: &Core) -> Self {
        Self {
            keys: Vec::new(),
            held: Held::new(core.growth.ledger().clone()),
        }
    }

    fn add(&mut self, listed: Listed) -> Result<(), Error> {
        let Some(key) = listed.key() else {
            return Ok(());
        };
        // As a key, in a list that has room for as many more, and as a value.
        let places = 2 * size_of::<String>() + size_of::<Value>();
        if !self.held.more(block(key.len()) + places) {
            return Err(exceeded());
        }
        self.keys.push(key);
        Ok(())
    }
}

/// The records, not expired, whose keys begin with a prefix and that a script may read, in order of their
/// keys as it knows them.
pub(super) struct Listing {
    sources: Vec<Source>,
    /// The next of each source: the last first.
    heads: BinaryHeap<Reverse<(String, usize)>>,
    /// How many namespaces and records were looked at.
    looked_at: usize,
    now: f64,
}

/// The result of one step of a listing.
pub(super) enum Listed {
    /// A record, and its key as the script knows it.
    Entry(String, Rc<Entry>),
    /// A record that is not to be listed.
    Nothing,
}

impl Listed {
    fn key(self) -> Option<String> {
        match self {
            Self::Entry(key, _) => Some(key),
            Self::Nothing => None,
        }
    }
}

/// The records of one namespace.
struct Source {
    namespace: Rc<Namespace>,
    /// A longer namespace lies within, which decides about some of its keys.
    is_shadowed: bool,
    cursor: Cursor,
    waiting: VecDeque<Rc<Entry>>,
}

impl Listing {
    /// What begins with `prefix` and comes after the key `after`.
    pub(super) fn new(core: &Core, prefix: &str, after: Option<&str>) -> Self {
        let namespaces = core.namespaces.all();
        let mut listing = Self {
            sources: Vec::new(),
            heads: BinaryHeap::new(),
            looked_at: namespaces.len(),
            now: core.now(),
        };
        for namespace in namespaces.iter().filter(|namespace| namespace.config.read) {
            let Some(cursor) = cursor(namespace, prefix, after) else {
                continue;
            };
            let within = [&namespace.name, "."].concat();
            let next = namespaces.partition_point(|other| *other.name < *within);
            listing.sources.push(Source {
                namespace: namespace.clone(),
                // A record from before a longer namespace was registered is not reached by its key.
                is_shadowed: namespaces
                    .get(next)
                    .is_some_and(|other| other.name.starts_with(&within)),
                cursor,
                waiting: VecDeque::new(),
            });
            listing.advance(core, listing.sources.len() - 1);
        }
        listing
    }

    /// Takes one step. None at the end.
    pub(super) fn next(&mut self, core: &Core) -> Option<Listed> {
        let Reverse((key, at)) = self.heads.pop()?;
        let entry = self.sources[at].waiting.pop_front();
        self.advance(core, at);
        let Source {
            namespace,
            is_shadowed,
            ..
        } = &self.sources[at];
        let is_reached = || {
            let resolved = core.namespaces.resolve(&key);
            resolved.is_ok_and(|(decides, _)| Rc::ptr_eq(&decides, namespace))
        };
        let listed =
            entry.filter(|entry| entry.is_live(self.now) && (!is_shadowed || is_reached()));
        Some(listed.map_or(Listed::Nothing, |entry| Listed::Entry(key, entry)))
    }

    /// Looks at the next record of a source, if there is one.
    fn advance(&mut self, core: &Core, at: usize) {
        let Source {
            namespace,
            cursor,
            waiting,
            ..
        } = &mut self.sources[at];
        if waiting.is_empty() {
            waiting.extend(cursor.next(namespace.cache(core.caches())));
            self.looked_at += waiting.len();
        }
        if let Some(key) = waiting.front().and_then(|entry| entry.key.script_key()) {
            self.heads.push(Reverse((key, at)));
        }
    }
}

/// The way through a namespace's records whose keys begin with `prefix` and come after `after`. None when
/// there can be none.
fn cursor(namespace: &Namespace, prefix: &str, after: Option<&str>) -> Option<Cursor> {
    let record_prefix = namespace.record_prefix(prefix)?;
    let Some(after) = after else {
        return Some(Cursor::new(record_prefix));
    };
    let within = [&namespace.name, "."].concat();
    match after.strip_prefix(within.as_str()) {
        Some(rest) => {
            let key = namespace.record_key(rest);
            Some(if *key.as_str() < *record_prefix {
                Cursor::new(record_prefix)
            } else {
                Cursor::behind(record_prefix, key)
            })
        }
        None if *after < *within => Some(Cursor::new(record_prefix)),
        None => None,
    }
}
