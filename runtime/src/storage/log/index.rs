//! Where each record stands in the log.

use super::frame::Op;
use super::{FileError, damaged};
use std::collections::BTreeMap;
use std::collections::btree_map::IntoIter;
use std::ops::Bound;

/// Where a part of a batch is in the log, in bytes.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub(super) at: u64,
    pub(super) length: u32,
}

impl Extent {
    pub(super) fn end(&self) -> u64 {
        self.at + u64::from(self.length)
    }
}

/// Where each record is.
#[derive(Default)]
pub(super) struct Index {
    places: BTreeMap<String, Extent>,
    /// The bytes of all places.
    live: u64,
}

impl Index {
    /// Takes in the parts at `at`, except for one at the end that is cut; gives how many bytes they take.
    ///
    /// # Errors
    /// A `DataError` when there is something else; some may be taken in then.
    pub(super) fn apply(&mut self, at: u64, parts: &[u8]) -> Result<usize, FileError> {
        let mut rest = parts;
        while !rest.is_empty() {
            let start = at + (parts.len() - rest.len()) as u64;
            let (op, after) = match postcard::take_from_bytes::<Op>(rest) {
                Ok(taken) => taken,
                Err(postcard::Error::DeserializeUnexpectedEnd) => break,
                Err(_) => return Err(damaged("the log holds an invalid record")),
            };
            let length = (rest.len() - after.len()) as u32;
            rest = after;
            match op {
                Op::Put(record) => self.put(record.key, Extent { at: start, length }),
                Op::Delete(key) => self.forget(&key),
            }
        }
        Ok(parts.len() - rest.len())
    }

    pub(super) fn put(&mut self, key: String, place: Extent) {
        self.live += u64::from(place.length);
        if let Some(old) = self.places.insert(key, place) {
            self.live -= u64::from(old.length);
        }
    }

    pub(super) fn forget(&mut self, key: &str) {
        if let Some(old) = self.places.remove(key) {
            self.live -= u64::from(old.length);
        }
    }

    /// The bytes that records take.
    pub(super) fn live(&self) -> u64 {
        self.live
    }

    pub(super) fn find(&self, key: &str) -> Option<Extent> {
        self.places.get(key).copied()
    }

    /// The places of the keys that begin with `prefix`, in order of keys.
    pub(super) fn range(&self, prefix: &str) -> impl Iterator<Item = Extent> {
        self.places
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(prefix))
            .map(|(_, place)| *place)
    }

    /// The keys after `key`, in order.
    pub(super) fn after<'a>(
        &'a self,
        key: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a String, Extent)> {
        let from = key.map_or(Bound::Unbounded, Bound::Excluded);
        self.places
            .range::<str, _>((from, Bound::Unbounded))
            .map(|(key, place)| (key, *place))
    }

    /// What it is made of, to be freed.
    pub(super) fn into_entries(self) -> IntoIter<String, Extent> {
        self.places.into_iter()
    }
}
