//! Records for tests.

use crate::protocol::Record;

/// The script `main`'s record of this number.
#[must_use]
pub fn record(number: usize) -> Record {
    Record {
        key: format!("main:script.main:{number:06}"),
        value: number.to_string(),
        created_at: 1.0,
        updated_at: 2.0,
        expires_at: None,
        version: None,
    }
}

/// The first of them, in order of their keys.
#[must_use]
pub fn records(count: usize) -> Vec<Record> {
    (0..count).map(record).collect()
}
