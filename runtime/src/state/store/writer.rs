//! The task that does what is queued for the backend, one job at a time.

use super::background::Background;
use super::batch_parts;
use super::clear::{Cleared, doubt};
use super::load::Audience;
use super::write_queue::Job;
use crate::pace::Pace;
use crate::protocol::Error;
use std::rc::{Rc, Weak};

/// What starts the task that takes the jobs of a store's queue.
pub(super) fn starter(background: Weak<Background>) -> Box<dyn Fn()> {
    Box::new(move || {
        if let Some(background) = background.upgrade() {
            let platform = background.loader.platform().clone();
            platform.spawn(Box::pin(run(background)));
        }
    })
}

async fn run(background: Rc<Background>) {
    let Background {
        loader,
        queue,
        expiry,
    } = &*background;
    // What a script writes in one go becomes one batch.
    loader.platform().next_task().await;
    while let Some((number, job)) = queue.next_job() {
        let pace = loader.pace();
        match job {
            Job::Write(mut collected) => {
                batch_parts::write(&background, &mut collected.writes, &pace).await;
                queue.end(number);
                collected.end(loader, &pace, "write", None).await;
            }
            Job::Clear(all) => {
                let failure = clear(&background, &all, &pace).await.err();
                queue.end(number);
                for cleared in all {
                    cleared.end(loader, &pace, failure.as_ref()).await;
                }
            }
            Job::Import(import) => {
                if import.write(loader, &pace).await {
                    expiry.sweep_if_needed();
                }
                queue.end(number);
            }
        }
        queue.wake();
    }
}

/// The backend's part of clears, in its turn among the batches.
async fn clear(background: &Background, all: &[Cleared], pace: &Pace) -> Result<(), Error> {
    let Background { loader, queue, .. } = background;
    let outcome = loader.backend().clear().await;
    if !queue.is_to_clear() {
        loader.end_clear();
    }
    if outcome.is_err() {
        for cleared in all {
            doubt(loader, &cleared.entries, pace).await;
        }
        // When that fails too, they stay cold.
        let _ = loader.load_prefix("", Audience::Watchers).await;
    }
    outcome
}
