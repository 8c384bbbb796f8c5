use super::access::Access;
use super::core::Inner;
use super::key_length::check_length;
use super::listing::{Found, Listing};
use super::maybe_pending::Lookup;
use crate::pace::Pace;
use crate::protocol::{Error, ErrorKind, Record};
use crate::state::cache::Entries;
use crate::state::cache::RecordKey;

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
        let after = after.map(|text| parse(text, query.order)).transpose()?;
        let inner = self.inner.clone();
        inner.count_read();
        Ok(Lookup::Later(Box::pin(async move {
            inner
                .learn_prefixes(inner.unknown_under(&query.prefix))
                .await?;
            let pace = Pace::new(inner.store.platform.clone());
            match query.order {
                Order::Key => inner.page_by_key(&query, after.as_deref(), &pace).await,
                Order::Updated => inner.page_by_time(&query, after.as_deref(), &pace).await,
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
        after: Option<&str>,
        pace: &Pace,
    ) -> Result<Page, Error> {
        let mut listing = Listing::new(self, &query.prefix, after);
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
        after: Option<&str>,
        pace: &Pace,
    ) -> Result<Page, Error> {
        let mut listing = Listing::new(self, &query.prefix, None);
        let limit = query.limit.unwrap_or(usize::MAX);
        // The first ones, and one more to know whether there is any.
        let (mut first, mut is_last) = (Entries::new(), true);
        while let Some(found) = listing.next(self) {
            pace.after(0).await;
            let Found::Entry(key, entry) = found else {
                continue;
            };
            let Some(updated_at) = entry.updated_at() else {
                continue;
            };
            let position = position(sortable(updated_at), &key);
            if after.is_none_or(|after| *position > *after) {
                first.insert(RecordKey::new(position), entry);
                if first.len() > limit {
                    first.pop_last();
                    is_last = false;
                }
            }
        }
        let mut page = Page::default();
        if !is_last {
            page.next = first
                .keys()
                .next_back()
                .map(|last| last.as_str().to_owned());
        }
        for (position, entry) in first {
            if let Some(record) = self.store.record(&entry)? {
                pace.after(record.value.len()).await;
                let (_, key) = position.as_str().split_at(TIME + 1);
                page.entries.push((key.to_owned(), record));
            }
        }
        Ok(page)
    }
}

/// How many digits the time has in a position.
const TIME: usize = 16;

/// Where a record is in the order of times, as text that is ordered so.
fn position(time: u64, key: &str) -> String {
    format!("{time:0TIME$x} {key}")
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

/// The position where a page is to begin.
fn parse(after: &str, order: Order) -> Result<String, Error> {
    let position = match order {
        Order::Key => Some(after.to_owned()),
        Order::Updated => after.split_once(' ').and_then(|(time, key)| {
            let time = u64::from_str_radix(time, 16).ok()?;
            Some(position(time, key))
        }),
    };
    position.ok_or_else(|| {
        let message = "after: it takes the end of the page before, as that page gave it";
        let path = "after".into();
        Error::new(ErrorKind::Value { path }, message)
    })
}
