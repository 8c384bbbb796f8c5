//! Queries: records in order, page by page.

use super::core::Core;
use super::learn::{learn_keys, learn_prefixes, unknown_under};
use super::listing::{Listed, Listing};
use super::maybe_pending::MaybePending;
use crate::pace::Pace;
use crate::protocol::{Error, ErrorKind, Record};
use crate::state::cache::{Entries, RecordKey};
use crate::state::namespaces::check_length;
use std::rc::Rc;

/// A question for records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What their keys, as scripts know them, begin with.
    pub prefix: String,
    /// Where the page before has ended: its [`QueryPage::next`].
    pub after: Option<String>,
    /// How many at most; all when absent.
    pub limit: Option<usize>,
    /// Their order.
    pub order: Order,
}

/// The order in which records come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By key.
    #[default]
    Key,
    /// By the time of their last update, the oldest first, and then by key.
    Updated,
}

/// A part of the answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryPage {
    /// Each record, with its key as scripts know it.
    pub entries: Vec<(String, Record)>,
    /// Where the next page begins. None when this is the last.
    pub next: Option<String>,
}

/// The records that the query asks for and the script may read.
///
/// # Errors
/// [`ErrorKind::Value`] for a prefix that is too long or an invalid `after`; [`ErrorKind::Storage`] when the backend
/// fails.
pub(super) fn entries(core: &Rc<Core>, query: Query) -> Result<MaybePending<QueryPage>, Error> {
    check_length("prefix", &query.prefix)?;
    let after = query.after.as_deref();
    let after = after.map(|text| parse(text, query.order)).transpose()?;
    let core = core.clone();
    core.count_read();
    Ok(MaybePending::Pending(Box::pin(async move {
        learn_prefixes(&core, unknown_under(&core, &query.prefix)).await?;
        let pace = Pace::new(core.platform().clone());
        match query.order {
            Order::Key => page_by_key(&core, &query, after.as_deref(), &pace).await,
            Order::Updated => page_by_time(&core, &query, after.as_deref(), &pace).await,
        }
    })))
}

/// Reads `keys` from the backend before they are needed.
///
/// # Errors
/// [`ErrorKind::Permission`]; [`ErrorKind::Storage`] when the backend fails.
pub(super) async fn preload(core: &Core, keys: &[String]) -> Result<(), Error> {
    let mut unknown = Vec::new();
    let pace = Pace::new(core.platform().clone());
    for key in keys {
        let resolved = core.readable(key)?;
        unknown.extend(
            resolved
                .filter(|resolved| !core.is_known(resolved))
                .map(|resolved| resolved.entry.key.clone()),
        );
        pace.after(0).await;
    }
    learn_keys(core, unknown).await
}

async fn page_by_key(
    core: &Core,
    query: &Query,
    after: Option<&str>,
    pace: &Pace,
) -> Result<QueryPage, Error> {
    let mut listing = Listing::new(core, &query.prefix, after);
    let limit = query.limit.unwrap_or(usize::MAX);
    let mut page = QueryPage::default();
    while let Some(found) = listing.next(core) {
        pace.after(0).await;
        let Listed::Entry(key, entry) = found else {
            continue;
        };
        if page.entries.len() == limit {
            page.next = page.entries.last().map(|(key, _)| key.clone());
            break;
        }
        if let Some(record) = entry.record()? {
            pace.after(record.value.len()).await;
            page.entries.push((key, record));
        }
    }
    Ok(page)
}

async fn page_by_time(
    core: &Core,
    query: &Query,
    after: Option<&str>,
    pace: &Pace,
) -> Result<QueryPage, Error> {
    let mut listing = Listing::new(core, &query.prefix, None);
    let limit = query.limit.unwrap_or(usize::MAX);
    // The first ones, and one more to know whether there is any.
    let (mut first, mut is_last) = (Entries::new(), true);
    while let Some(found) = listing.next(core) {
        pace.after(0).await;
        let Listed::Entry(key, entry) = found else {
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
    let mut page = QueryPage::default();
    if !is_last {
        page.next = first
            .keys()
            .next_back()
            .map(|last| last.as_str().to_owned());
    }
    for (position, entry) in first {
        if let Some(record) = entry.record()? {
            pace.after(record.value.len()).await;
            let (_, key) = position.as_str().split_at(TIME + 1);
            page.entries.push((key.to_owned(), record));
        }
    }
    Ok(page)
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
