//! An export: every record, whoever's it is, read part by part.

use crate::pace::Pace;
use crate::protocol::{Error, Record};
use crate::state::cache::{RecordKey, Snapshot, Stored};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Every record at one moment, in order of keys, to be read part by part.
pub struct Export {
    snapshot: Snapshot,
    /// What was found and not given yet.
    found: RefCell<VecDeque<(RecordKey, Stored)>>,
}

/// How large a part is, in records and in bytes of JSON.
const PART: usize = 1000;
const PART_BYTES: usize = 1 << 17;

impl Export {
    pub(super) fn of(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            found: RefCell::default(),
        }
    }

    /// How many records there are; expired ones may be among them, which are left out.
    #[must_use]
    pub fn total(&self) -> usize {
        self.snapshot.total()
    }

    /// The next records, a few; none at the end.
    ///
    /// # Errors
    /// None that a stored value has.
    pub async fn next(&self, pace: &Pace) -> Result<Vec<Record>, Error> {
        let (mut part, mut bytes) = (Vec::new(), 0);
        while part.len() < PART && bytes < PART_BYTES {
            let next = self.found.borrow_mut().pop_front();
            if let Some((key, stored)) = next {
                part.push(stored.record(&key)?);
                bytes += stored.length;
                pace.after(stored.length).await;
                continue;
            }
            let Some(found) = self.snapshot.next() else {
                break;
            };
            self.found.borrow_mut().extend(found);
            pace.after(0).await;
        }
        Ok(part)
    }
}
