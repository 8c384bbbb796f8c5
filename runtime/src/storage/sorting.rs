use crate::pace::Pace;
use crate::protocol::Record;
use std::collections::BTreeMap;

/// Those of the records whose key begins with `prefix`, in order of their keys; of one key the last.
pub async fn sorted(records: Vec<Record>, prefix: &str, pace: &Pace) -> Vec<Record> {
    let mut by_key = BTreeMap::new();
    for record in records {
        if record.key.starts_with(prefix) {
            by_key.insert(record.key.clone(), record);
        }
        pace.after(0).await;
    }
    let mut sorted = Vec::with_capacity(by_key.len());
    for (_, record) in by_key {
        sorted.push(record);
        pace.after(0).await;
    }
    sorted
}
