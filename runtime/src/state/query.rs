use super::access::Access;
use super::entry::Entry;
use super::inner::Inner;
use super::key::check_length;
use super::lookup::Lookup;
use crate::protocol::{Error, ErrorKind, Record};
use std::rc::Rc;

/// Which records are asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What their keys, as scripts know them, begin with.
    pub prefix: String,
    /// Where the page before has ended: its [`Page::next`].
    pub after: Option<String>,
    /// How many at most; all when absent.
    pub limit: Option<usize>,
    /// In which order.
    pub order: Order,
}

/// In which order records come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By key.
    #[default]
    Key,
    /// By the time of their last update, the oldest first, and then by key.
    Updated,
}

/// A part of what was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Each record, with its key as scripts know it.
    pub entries: Vec<(String, Record)>,
    /// Where the next page begins. None when this is the last.
    pub next: Option<String>,
}

impl Access {
    /// The records that the query asks for and the script may read.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for a prefix that is too long or an `after` that is none; [`ErrorKind::Storage`] when the backend fails.
    pub fn entries(&self, query: Query) -> Result<Lookup<Page>, Error> {
        check_length("prefix", &query.prefix)?;
        let inner = &self.inner;
        inner.count_read();
        let unknown = inner.unknown_under(&query.prefix);
        if unknown.is_empty() {
            return inner.page(&query).map(Lookup::Ready);
        }
        let inner = inner.clone();
        Ok(Lookup::Later(Box::pin(async move {
            inner.learn_prefixes(unknown).await?;
            inner.page(&query)
        })))
    }
}

impl Access {
    /// Reads `keys` from the backend before they are needed.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub async fn preload(&self, keys: &[String]) -> Result<(), Error> {
        let inner = &self.inner;
        let mut unknown = Vec::new();
        for key in keys {
            let place = inner.readable(key)?;
            unknown.extend(
                place
                    .filter(|place| !inner.is_known(place))
                    .map(|place| place.entry.key.clone()),
            );
        }
        inner.learn_keys(unknown).await
    }
}

impl Inner {
    /// The records, not expired, whose keys begin with `prefix` and that the script may read,
    /// with their keys as it knows them.
    pub(super) fn live_under(&self, prefix: &str) -> Vec<(String, Rc<Entry>)> {
        let now = self.store.now();
        let namespaces = self.namespaces.all(&self.store.registry);
        let mut found = Vec::new();
        let mut looked_at = namespaces.len();
        for rules in namespaces.iter().filter(|rules| rules.config.read) {
            let Some(record_prefix) = rules.record_prefix(prefix) else {
                continue;
            };
            // A record from before a longer namespace was registered is not reached by its key.
            let inner = [&rules.namespace, "."].concat();
            let next = namespaces.partition_point(|other| *other.namespace < *inner);
            let shadowed = namespaces
                .get(next)
                .is_some_and(|other| other.namespace.starts_with(&inner));
            let entries = self.store.memory_of(rules).range(&record_prefix);
            looked_at += entries.len();
            for entry in entries.into_iter().filter(|entry| entry.is_live(now)) {
                let Some(key) = entry.key.script_key() else {
                    continue;
                };
                let is_reached = || {
                    let resolved = self.namespaces.resolve(&self.store.registry, &key);
                    resolved.is_ok_and(|(decides, _)| Rc::ptr_eq(&decides, rules))
                };
                if !shadowed || is_reached() {
                    found.push((key, entry));
                }
            }
        }
        self.looked_at.set(looked_at);
        found
    }

    fn page(&self, query: &Query) -> Result<Page, Error> {
        let mut found = self
            .live_under(&query.prefix)
            .into_iter()
            .filter_map(|(key, entry)| Some((position(&key, &entry, query.order)?, key, entry)))
            .collect::<Vec<_>>();
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        if let Some(after) = &query.after {
            let after = Position::parse(after, query.order)?;
            found.retain(|(position, ..)| *position > after);
        }
        let limit = query.limit.unwrap_or(usize::MAX);
        let next = match found.get(limit) {
            Some(_) if limit > 0 => found.get(limit - 1).map(|(position, ..)| position.text()),
            _ => None,
        };
        found.truncate(limit);
        let records = found.into_iter().filter_map(|(_, key, entry)| {
            self.store
                .record(&entry)
                .map(|record| Some((key, record?)))
                .transpose()
        });
        Ok(Page {
            entries: records.collect::<Result<Vec<_>, Error>>()?,
            next,
        })
    }
}

/// Where a record is in its order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    /// Ordered as the times are; 0 in the order of keys.
    time: u64,
    key: String,
}

fn position(key: &str, entry: &Entry, order: Order) -> Option<Position> {
    let time = match order {
        Order::Key => 0,
        Order::Updated => sortable(entry.updated_at()?),
    };
    Some(Position {
        time,
        key: key.to_owned(),
    })
}

/// A number that is ordered as `time` is.
fn sortable(time: f64) -> u64 {
    let bits = time.to_bits();
    if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

impl Position {
    fn text(&self) -> String {
        if self.time == 0 {
            self.key.clone()
        } else {
            format!("{:016x} {}", self.time, self.key)
        }
    }

    fn parse(text: &str, order: Order) -> Result<Self, Error> {
        let at = match order {
            Order::Key => Some((0, text)),
            Order::Updated => text.split_once(' ').and_then(|(time, key)| {
                let time = u64::from_str_radix(time, 16).ok()?;
                Some((time, key))
            }),
        };
        let (time, key) = at.ok_or_else(|| {
            let message = "after: it takes the end of the page before, as that page gave it";
            Error::new(
                ErrorKind::Value {
                    path: "after".into(),
                },
                message,
            )
        })?;
        Ok(Self {
            time,
            key: key.to_owned(),
        })
    }
}
