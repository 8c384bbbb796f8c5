use super::access::Access;
use super::entry::Entry;
use super::inner::Inner;
use super::key::check_length;
use super::listing::{Found, Listing};
use super::lookup::Lookup;
use crate::pace::Pace;
use crate::protocol::{Error, ErrorKind, Record};
use std::collections::BTreeMap;

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
        let after = query.after.as_deref();
        let after = after
            .map(|text| Position::parse(text, query.order))
            .transpose()?;
        let inner = self.inner.clone();
        inner.count_read();
        Ok(Lookup::Later(Box::pin(async move {
            inner
                .learn_prefixes(inner.unknown_under(&query.prefix))
                .await?;
            let pace = Pace::new(inner.store.platform.clone());
            match query.order {
                Order::Key => inner.page_by_key(&query, after, &pace).await,
                Order::Updated => inner.page_by_time(&query, after, &pace).await,
            }
        })))
    }

    /// Reads `keys` from the backend before they are needed.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
    pub async fn preload(&self, keys: &[String]) -> Result<(), Error> {
        let inner = &self.inner;
        let mut unknown = Vec::new();
        let pace = Pace::new(inner.store.platform.clone());
        for key in keys {
            let place = inner.readable(key)?;
            unknown.extend(
                place
                    .filter(|place| !inner.is_known(place))
                    .map(|place| place.entry.key.clone()),
            );
            pace.after(0).await;
        }
        inner.learn_keys(unknown).await
    }
}

impl Inner {
    async fn page_by_key(
        &self,
        query: &Query,
        after: Option<Position>,
        pace: &Pace,
    ) -> Result<Page, Error> {
        let after = after.map(|position| position.key);
        let mut listing = Listing::new(self, &query.prefix, after.as_deref());
        let limit = query.limit.unwrap_or(usize::MAX);
        let mut page = Page::default();
        while let Some(found) = listing.next(self) {
            pace.after(0).await;
            let Found::Entry(key, entry) = found else {
                continue;
            };
            if page.entries.len() == limit {
                page.next = page.entries.last().map(|(key, _)| key.clone());
                break;
            }
            if let Some(record) = self.store.record(&entry)? {
                pace.after(record.value.len()).await;
                page.entries.push((key, record));
            }
        }
        Ok(page)
    }

    async fn page_by_time(
        &self,
        query: &Query,
        after: Option<Position>,
        pace: &Pace,
    ) -> Result<Page, Error> {
        let mut listing = Listing::new(self, &query.prefix, None);
        let limit = query.limit.unwrap_or(usize::MAX);
        // The first ones, and one more to know whether there is any.
        let (mut first, mut is_last) = (BTreeMap::new(), true);
        while let Some(found) = listing.next(self) {
            pace.after(0).await;
            let Found::Entry(key, entry) = found else {
                continue;
            };
            let Some(position) = position(key, &entry) else {
                continue;
            };
            if after.as_ref().is_none_or(|after| position > *after) {
                first.insert(position, entry);
                if first.len() > limit {
                    first.pop_last();
                    is_last = false;
                }
            }
        }
        let mut page = Page::default();
        if !is_last {
            page.next = first.keys().next_back().map(Position::text);
        }
        for (position, entry) in first {
            if let Some(record) = self.store.record(&entry)? {
                pace.after(record.value.len()).await;
                page.entries.push((position.key, record));
            }
        }
        Ok(page)
    }
}

/// Where a record is in its order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    /// Ordered as the times are; 0 in the order of keys.
    time: u64,
    key: String,
}

fn position(key: String, entry: &Entry) -> Option<Position> {
    let time = sortable(entry.updated_at()?);
    Some(Position { time, key })
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
