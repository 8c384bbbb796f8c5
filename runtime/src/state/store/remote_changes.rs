//! The changes that others make in the backend: other tabs, other workers, other users.

use super::background::Background;
use super::load::Audience;
use crate::state::cache::RecordKey;
use crate::storage::{Changes, Heard, Told};
use futures::future::{Either, select};
use futures::stream::LocalBoxStream;
use futures::{FutureExt as _, StreamExt as _};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How long is waited before all is read that could not be read, in milliseconds.
const AGAIN_MS: u32 = 1000;

/// Takes in what others write, until the backend is closed.
pub(super) fn follow(background: &Rc<Background>, mut changes: LocalBoxStream<'static, Heard>) {
    let (platform, background) = (
        background.loader.platform().clone(),
        Rc::downgrade(background),
    );
    let time = platform.clone();
    platform.spawn(Box::pin(async move {
        // What was told while everything was read may be older than what was read.
        let (mut is_doubtful, mut has_failed) = (true, false);
        loop {
            let heard = match changes.next().now_or_never() {
                Some(heard) => heard,
                None if has_failed => {
                    let pause = time.sleep(AGAIN_MS);
                    match select(changes.next(), pause).await {
                        Either::Left((heard, _)) => heard,
                        Either::Right(_) => Some(Changes::All.into()),
                    }
                }
                None => {
                    is_doubtful = false;
                    changes.next().await
                }
            };
            let Some(mut heard) = heard else { return };
            // What is told one by one is read at once.
            while let Some(Some(more)) = changes.next().now_or_never() {
                heard = heard.and(more);
            }
            if has_failed {
                heard = heard.and(Changes::All.into());
            }
            let Some(background) = background.upgrade() else {
                return;
            };
            let is_all = heard.changes == Changes::All;
            let is_read = hear(&background, heard.changes, heard.told, is_doubtful).await;
            is_doubtful = is_all;
            // Those who tell what they have written do not tell it again.
            has_failed = !is_read && background.loader.caches().are_told.get();
            drop(heard.receipts);
        }
    }));
}

/// Takes in what has changed, and notifies its watchers. What is to be written here takes precedence;
/// what is on its way may be older, and is waited for. Where reading fails, the cache stays as it is.
async fn hear(
    background: &Background,
    changes: Changes,
    told: Vec<Told>,
    is_doubtful: bool,
) -> bool {
    let Background {
        loader,
        queue,
        expiry,
    } = background;
    let caches = loader.caches();
    // Where each run reads for itself, nothing is kept that could be out of date.
    if caches.reads_through() {
        return true;
    }
    let read = match changes {
        Changes::Keys(keys) => {
            let mut keys: Vec<RecordKey> = keys.iter().map(|key| RecordKey::new(&**key)).collect();
            let is_moot = loader.is_clearing() || queue.is_importing();
            let unclear = take_in(background, told, is_doubtful || is_moot).await;
            keys.extend(unclear.iter().map(|told| RecordKey::new(told.key.as_str())));
            let is_pending = |key: &RecordKey| {
                let entry = caches.durable().find(key.as_str());
                entry.is_some_and(|entry| entry.is_pending())
            };
            if is_moot || keys.iter().any(is_pending) {
                queue.landed().await;
            }
            let read = loader.load_keys(&keys, Audience::Watchers).await;
            for told in unclear {
                if let Some(entry) = caches.durable().find(&told.key) {
                    entry.confirm(told.record.as_ref());
                    caches.release(&entry);
                }
            }
            read.map(drop)
        }
        Changes::All => {
            queue.landed().await;
            loader.load_prefix("", Audience::Watchers).await
        }
    };
    expiry.sweep_if_needed();
    read.is_ok()
}

/// Takes in what is surely newer than what is here: of each key the latest. Gives the rest, which is to be read.
async fn take_in(background: &Background, told: Vec<Told>, is_doubtful: bool) -> Vec<Told> {
    let (loader, mut unclear) = (&background.loader, Vec::new());
    let (caches, pace) = (loader.caches(), loader.pace());
    let mut last = BTreeMap::new();
    for (at, told) in told.iter().enumerate() {
        last.insert(told.key.as_str(), at);
        pace.after(0).await;
    }
    let latest: Vec<usize> = last.into_values().collect();
    let mut told: Vec<Option<Told>> = told.into_iter().map(Some).collect();
    for at in latest {
        let Some(told) = told[at].take() else {
            continue;
        };
        let length = told.record.as_ref().map_or(0, |record| record.value.len());
        let is_clear = match caches.durable().find(&told.key) {
            Some(entry) if entry.confirm(told.record.as_ref()) => {
                caches.release(&entry);
                continue;
            }
            Some(entry) => !entry.is_pending() && !entry.is_ahead.get() && !entry.is_cold(),
            None => !caches.has_forgotten.get(),
        };
        if is_doubtful || !is_clear {
            unclear.push(told);
        } else {
            loader.take_in_told(&told.key, told.record.as_ref());
        }
        pace.after(length).await;
    }
    unclear
}
