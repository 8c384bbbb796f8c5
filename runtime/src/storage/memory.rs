//! The backend in memory.

use super::{Backend, Batch, CacheMode, Pending, RecordsByKey};
use crate::protocol::{Error, Record};
use std::cell::RefCell;
use std::future::ready;
use std::ops::Bound;
use std::rc::Rc;

/// A backend that lasts as long as the object.
#[derive(Default)]
pub struct MemoryBackend {
    records: RefCell<RecordsByKey>,
}

impl MemoryBackend {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

fn done<T: 'static>(answer: T) -> Pending<T> {
    Box::pin(ready(Ok::<T, Error>(answer)))
}

impl Backend for MemoryBackend {
    fn name(&self) -> &str {
        "memory"
    }

    fn cache_mode(&self) -> CacheMode {
        CacheMode::Preloaded
    }

    fn init(&self) -> Pending<()> {
        done(())
    }

    fn get_many(&self, keys: Vec<String>) -> Pending<Vec<Record>> {
        let records = self.records.borrow();
        done(
            keys.iter()
                .filter_map(|key| records.get(key.as_str()))
                .map(|record| Record::clone(record))
                .collect(),
        )
    }

    fn scan(&self, prefix: String) -> Pending<Vec<Record>> {
        let records = self.records.borrow();
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let within = records
            .range::<str, _>(from)
            .take_while(|(key, _)| key.starts_with(&prefix));
        done(within.map(|(_, record)| Record::clone(record)).collect())
    }

    fn write(&self, batch: Rc<Batch>) -> Pending<()> {
        let mut records = self.records.borrow_mut();
        for key in &batch.deletes {
            records.remove(key.as_str());
        }
        for record in &batch.puts {
            records.insert(record.key.as_str().into(), Rc::new(record.clone()));
        }
        done(())
    }

    fn clear(&self) -> Pending<()> {
        self.records.borrow_mut().clear();
        done(())
    }

    fn close(&self) -> Pending<()> {
        done(())
    }
}
