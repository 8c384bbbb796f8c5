//! The changes that others make in the backend: other tabs, other workers.

use super::background::Background;
use super::load::Audience;
use crate::state::cache::RecordKey;
use crate::storage::{Changes, Heard};
use futures::stream::LocalBoxStream;
use futures::{FutureExt as _, StreamExt as _};
use std::rc::Rc;

/// Takes in what others write, until the backend is closed.
pub(super) fn follow(background: &Rc<Background>, mut changes: LocalBoxStream<'static, Heard>) {
    let (platform, background) = (
        background.loader.platform().clone(),
        Rc::downgrade(background),
    );
    platform.spawn(Box::pin(async move {
        while let Some(mut heard) = changes.next().await {
            // What is told one by one is read at once.
            while let Some(Some(more)) = changes.next().now_or_never() {
                heard = heard.and(more);
            }
            let Some(background) = background.upgrade() else {
                return;
            };
            hear(&background, heard.changes).await;
            drop(heard.receipts);
        }
    }));
}

/// Reads what has changed, and notifies its watchers. What is to be written here takes precedence;
/// what is on its way may be older, and is waited for. Where reading fails, the cache stays as it is.
async fn hear(background: &Background, changes: Changes) {
    let Background {
        loader,
        queue,
        expiry,
    } = background;
    let caches = loader.caches();
    // Where each run reads for itself, nothing is kept that could be out of date.
    if caches.reads_through() {
        return;
    }
    // What cannot be read stays as it is.
    let _ = match changes {
        Changes::Keys(keys) => {
            let keys: Vec<RecordKey> = keys.iter().map(|key| RecordKey::new(&**key)).collect();
            let is_pending = |key: &RecordKey| {
                let entry = caches.durable().find(key.as_str());
                entry.is_some_and(|entry| entry.is_pending())
            };
            if loader.is_clearing() || queue.is_importing() || keys.iter().any(is_pending) {
                queue.landed().await;
            }
            loader.load_keys(&keys, Audience::Watchers).await.map(drop)
        }
        Changes::All => {
            queue.landed().await;
            loader.load_prefix("", Audience::Watchers).await
        }
    };
    expiry.sweep_if_needed();
}
