//! What others have written to the backend: other tabs, other workers.

use super::load::Tell;
use super::store::Store;
use crate::pace::Pace;
use crate::protocol::Record;
use crate::state::cache::RecordKey;
use crate::storage::{Changes, Heard, Reading};
use futures::stream::LocalBoxStream;
use futures::{FutureExt as _, StreamExt as _};
use std::rc::Rc;

impl Store {
    /// Takes in what others write, until the backend is closed.
    pub(crate) fn follow(self: &Rc<Self>, mut changes: LocalBoxStream<'static, Heard>) {
        let store = Rc::downgrade(self);
        self.platform.spawn(Box::pin(async move {
            while let Some(mut heard) = changes.next().await {
                // What is told one by one is read at once.
                while let Some(Some(more)) = changes.next().now_or_never() {
                    heard = heard.and(more);
                }
                let Some(store) = store.upgrade() else { return };
                store.hear(heard.changes).await;
                drop(heard.receipts);
            }
        }));
    }

    /// Reads what has changed, and tells its watchers. What is to be written here counts for more;
    /// what is on its way may be older, and is waited for. Where reading fails, memory stays as it is.
    async fn hear(self: &Rc<Self>, changes: Changes) {
        // Where each run reads for itself, nothing is kept that could be out of date.
        if self.reading == Reading::Through {
            return;
        }
        // What cannot be read stays as it is.
        let _ = match changes {
            Changes::Keys(keys) => {
                let keys: Vec<RecordKey> = keys.iter().map(|key| RecordKey::new(&**key)).collect();
                if self.is_clearing() || self.writer.is_importing() || self.any_pending(&keys) {
                    self.writer.landed().await;
                }
                self.read_keys(&keys, Tell::Watchers).await.map(drop)
            }
            Changes::All => {
                self.writer.landed().await;
                self.read_prefix("", Tell::Watchers).await
            }
        };
        self.sweep_if_needed();
    }

    /// Takes in what others have renewed while it was to be removed as expired here, read at `stamp`.
    pub(crate) async fn take_renewed(
        self: &Rc<Self>,
        records: Vec<Record>,
        stamp: u64,
        pace: &Pace,
    ) {
        if !records.is_empty() {
            self.take_in(records, stamp, Tell::Watchers, pace).await;
            self.sweep_if_needed();
        }
    }

    fn is_clearing(&self) -> bool {
        self.cleared.get() == u64::MAX
    }

    fn any_pending(&self, keys: &[RecordKey]) -> bool {
        keys.iter()
            .filter_map(|key| self.memory.find(key.as_str()))
            .any(|entry| entry.is_pending())
    }
}
