//! Records in the order of their keys.

use crate::pace::Pace;
use crate::protocol::Record;
use futures::future::LocalBoxFuture;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Records in order of their keys. Such maps, of names and what is shared, have code in common.
pub(crate) type RecordsByKey = BTreeMap<Rc<str>, Rc<Record>>;

/// Those of the records whose key begins with `prefix`, in order of their keys; of one key the last.
pub fn sorted<'a>(
    records: Vec<Record>,
    prefix: &'a str,
    pace: &'a Pace,
) -> LocalBoxFuture<'a, Vec<Record>> {
    Box::pin(async move {
        let mut by_key = RecordsByKey::new();
        for record in records {
            if record.key.starts_with(prefix) {
                by_key.insert(record.key.as_str().into(), Rc::new(record));
            }
            pace.after(0).await;
        }
        let mut sorted = Vec::with_capacity(by_key.len());
        for (_, record) in by_key {
            sorted.push(Rc::unwrap_or_clone(record));
            pace.after(0).await;
        }
        sorted
    })
}
