use super::access::Access;
use super::core::Inner;
use super::key_length::check_length;
use super::maybe_pending::Lookup;
use crate::ledger::{Held, block, exceeded};
use crate::pace::Pace;
use crate::protocol::{Error, Value};
use crate::state::cache::Cursor;
use crate::state::cache::Entry;
use crate::state::namespaces::Rules;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

/// Whether a listing may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// It may, and does so where there are many records.
    Waits,
    /// It does not where memory knows them, unless they are a great many.
    Hurries,
}

/// How many records are listed without a turn for others, and in a hurry.
const MOST_AT_ONCE: usize = 4096;
const MOST_IN_A_HURRY: usize = 100_000;

impl Access {
    /// The keys beginning with `prefix` that the script may read, sorted.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Value`] for a prefix that is too long;
    /// [`crate::protocol::ErrorKind::Storage`] when the backend fails.
    pub fn list(&self, prefix: &str) -> Result<Lookup<Vec<String>>, Error> {
        self.list_with(prefix, Patience::Waits)
    }

    /// The same, with this patience.
    ///
    /// # Errors
    /// As [`Access::list`].
    pub fn list_with(
        &self,
        prefix: &str,
        patience: Patience,
    ) -> Result<Lookup<Vec<String>>, Error> {
        check_length("prefix", prefix)?;
        let inner = &self.inner;
        inner.count_read();
        let unknown = inner.unknown_under(prefix);
        if unknown.is_empty()
            && let Some(keys) = inner.list_at_once(prefix, patience)?
        {
            return Ok(Lookup::Ready(keys));
        }
        let (inner, prefix) = (inner.clone(), prefix.to_owned());
        Ok(Lookup::Later(Box::pin(async move {
            inner.learn_prefixes(unknown).await?;
            let pace = Pace::new(inner.store.platform.clone());
            let (mut listing, mut keys) = (Listing::new(&inner, &prefix, None), Keys::of(&inner));
            while let Some(found) = listing.next(&inner) {
                keys.add(found)?;
                pace.after(0).await;
            }
            Ok(keys.keys)
        })))
    }
}

impl Inner {
    /// None when there are so many that others should have turns meanwhile.
    fn list_at_once(&self, prefix: &str, patience: Patience) -> Result<Option<Vec<String>>, Error> {
        let (mut listing, mut keys) = (Listing::new(self, prefix, None), Keys::of(self));
        let most = match patience {
            Patience::Waits => MOST_AT_ONCE,
            Patience::Hurries => MOST_IN_A_HURRY,
        };
        while let Some(found) = listing.next(self) {
            keys.add(found)?;
            if listing.looked_at > most {
                return Ok(None);
            }
        }
        self.looked_at.set(listing.looked_at);
        Ok(Some(keys.keys))
    }
}

/// Keys that are listed: they count for the run.
struct Keys {
    keys: Vec<String>,
    held: Held,
}

impl Keys {
    fn of(inner: &Inner) -> Self {
        Self {
            keys: Vec::new(),
            held: Held::new(inner.growth.ledger().clone()),
        }
    }

    fn add(&mut self, found: Found) -> Result<(), Error> {
        let Some(key) = found.key() else {
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
pub(crate) struct Listing {
    sources: Vec<Source>,
    /// The next of each source: the last first.
    heads: BinaryHeap<Reverse<(String, usize)>>,
    /// How many namespaces and records were looked at.
    looked_at: usize,
    now: f64,
}

/// What a step of a listing comes to.
pub(crate) enum Found {
    /// A record, and its key as the script knows it.
    Entry(String, Rc<Entry>),
    /// One that is not to be listed.
    Nothing,
}

impl Found {
    fn key(self) -> Option<String> {
        match self {
            Self::Entry(key, _) => Some(key),
            Self::Nothing => None,
        }
    }
}

/// The records of one namespace.
struct Source {
    rules: Rc<Rules>,
    /// A longer namespace lies within, which decides about some of its keys.
    is_shadowed: bool,
    cursor: Cursor,
    waiting: VecDeque<Rc<Entry>>,
}

impl Listing {
    /// What begins with `prefix` and comes after the key `after`.
    pub(crate) fn new(inner: &Inner, prefix: &str, after: Option<&str>) -> Self {
        let namespaces = inner.namespaces.all(&inner.store.registry);
        let mut listing = Self {
            sources: Vec::new(),
            heads: BinaryHeap::new(),
            looked_at: namespaces.len(),
            now: inner.store.now(),
        };
        for rules in namespaces.iter().filter(|rules| rules.config.read) {
            let Some(cursor) = cursor(rules, prefix, after) else {
                continue;
            };
            let within = [&rules.namespace, "."].concat();
            let next = namespaces.partition_point(|other| *other.namespace < *within);
            listing.sources.push(Source {
                rules: rules.clone(),
                // A record from before a longer namespace was registered is not reached by its key.
                is_shadowed: namespaces
                    .get(next)
                    .is_some_and(|other| other.namespace.starts_with(&within)),
                cursor,
                waiting: VecDeque::new(),
            });
            listing.advance(inner, listing.sources.len() - 1);
        }
        listing
    }

    /// Takes one step. None at the end.
    pub(crate) fn next(&mut self, inner: &Inner) -> Option<Found> {
        let Reverse((key, at)) = self.heads.pop()?;
        let entry = self.sources[at].waiting.pop_front();
        self.advance(inner, at);
        let Source {
            rules, is_shadowed, ..
        } = &self.sources[at];
        let is_reached = || {
            let resolved = inner.namespaces.resolve(&inner.store.registry, &key);
            resolved.is_ok_and(|(decides, _)| Rc::ptr_eq(&decides, rules))
        };
        let listed =
            entry.filter(|entry| entry.is_live(self.now) && (!is_shadowed || is_reached()));
        Some(listed.map_or(Found::Nothing, |entry| Found::Entry(key, entry)))
    }

    /// Looks at the next record of a source, if there is one.
    fn advance(&mut self, inner: &Inner, at: usize) {
        let Source {
            rules,
            cursor,
            waiting,
            ..
        } = &mut self.sources[at];
        if waiting.is_empty() {
            waiting.extend(cursor.next(inner.store.memory_of(rules)));
            self.looked_at += waiting.len();
        }
        if let Some(key) = waiting.front().and_then(|entry| entry.key.script_key()) {
            self.heads.push(Reverse((key, at)));
        }
    }
}

/// The way through a namespace's records whose keys begin with `prefix` and come after `after`. None when
/// there can be none.
fn cursor(rules: &Rules, prefix: &str, after: Option<&str>) -> Option<Cursor> {
    let record_prefix = rules.record_prefix(prefix)?;
    let Some(after) = after else {
        return Some(Cursor::new(record_prefix));
    };
    let within = [&rules.namespace, "."].concat();
    match after.strip_prefix(within.as_str()) {
        Some(rest) => {
            let key = rules.record_key(rest);
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
