//! Updates over all users: what is stored depends on the version that was read.

use super::core::Core;
use super::learn::learn_version;
use super::update::{Update, tabs_lock};
use super::write::{room, stored_as};
use crate::platform::Platform;
use crate::protocol::{Error, Event, Notice, Record};
use crate::state::cache::{New, RecordKey, record_bytes};
use crate::state::namespaces::Search;
use crate::storage::{Atomicity, Pending};
use futures::channel::oneshot;
use std::any::Any;
use std::rc::Rc;

/// How often another user may be faster before there is a pause.
const PATIENCE: u32 = 3;

/// How often another may be faster before the tabs of this browser wait for each other.
const FIGHT: u32 = 2;

/// The first pause lasts up to so many milliseconds, each one after that up to twice as many, and none longer than
/// the longest.
const PAUSE_MS: u32 = 8;
const LONGEST_MS: u32 = 1024;

/// What an update that compares versions remembers.
pub(super) struct Swapping {
    record_key: RecordKey,
    conflicts: u32,
    /// The lock over all tabs, once there is a fight. Without one it would only cost time: the versions decide.
    tabs: Option<Box<dyn Any>>,
}

impl Swapping {
    /// None where the lock is all that there is.
    pub(super) fn begin(core: &Core, record_key: &RecordKey) -> Option<Self> {
        match core.store.loader().backend().atomicity() {
            Atomicity::Compared => Some(Self {
                record_key: record_key.clone(),
                conflicts: 0,
                tabs: None,
            }),
            Atomicity::Unshared => {
                if core.store.is_first_unshared_update() {
                    core.platform().send(Event::Notice(unshared(core)));
                }
                None
            }
            Atomicity::Locked => None,
        }
    }

    /// Waits for a while, longer after each conflict: by chance, so that those who wait do not meet again.
    async fn pause(&self, platform: &dyn Platform) {
        let Some(pauses) = self.conflicts.checked_sub(PATIENCE) else {
            return;
        };
        let most = PAUSE_MS.saturating_mul(1 << pauses.min(16)).min(LONGEST_MS);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between 0 and the longest pause"
        )]
        let ms = (platform.random() * f64::from(most)) as u32;
        platform.sleep(ms).await;
    }
}

fn unshared(core: &Core) -> Notice {
    let name = core.caches().backend_name();
    Notice {
        code: "UPDATE_NOT_SHARED".into(),
        message: format!(
            "State.update is atomic in this browser alone: the backend {name} has no compareAndSet, so that \
             updates by other users at the same time may be lost"
        ),
    }
}

impl Update {
    /// Has the backend store the new value where it has the version that was read.
    pub(super) fn swap(self, new: Option<New>, now: f64) -> Result<Pending<Option<Self>>, Error> {
        let core = self.core.clone();
        let found = self.updatable()?;
        let there = found.as_ref().map(|resolved| resolved.entry.clone());
        let is_pending = there.as_ref().is_some_and(|entry| entry.is_pending());
        let Ok(version) = there.as_ref().map_or(Ok(None), |entry| entry.version()) else {
            return Ok(Box::pin(self.again()));
        };
        if is_pending {
            return Ok(Box::pin(self.again()));
        }
        core.count_write();
        let held = there.as_ref().and_then(|entry| entry.charge(now));
        let held = held.map_or(0.0, |held| record_bytes(self.key.len(), held));
        let (next, grown) = match new {
            Some(new) => {
                let resolved = found.map_or_else(|| core.writable(&self.key), Ok)?;
                room(&core, &resolved, &self.key, &new, now, Search::Whole)?;
                let stored = stored_as(&resolved, new, None, now);
                let bytes = record_bytes(self.key.len(), stored.charge());
                let grown = core.grow(bytes - held).map(|()| bytes - held);
                let grown = grown.inspect_err(|_| core.release(&resolved))?;
                let next = stored.record(&resolved.entry.key);
                core.release(&resolved);
                (Some(next?), grown)
            }
            None if version.is_none() => return Ok(Box::pin(std::future::ready(Ok(None)))),
            None => (None, -held),
        };
        let (done, ended) = oneshot::channel();
        let platform = core.platform().clone();
        // Whoever waits may be stopped; memory is to learn what has come of it.
        platform.spawn(Box::pin(async move {
            let outcome = self.try_swap(version, next, grown).await;
            let _ = done.send(outcome);
        }));
        Ok(Box::pin(async move {
            ended
                .await
                .unwrap_or_else(|_| Err(Error::protocol("the session has ended")))
        }))
    }

    async fn try_swap(
        mut self,
        version: Option<Rc<str>>,
        next: Option<Record>,
        grown: f64,
    ) -> Result<Option<Self>, Error> {
        let core = self.core.clone();
        let Some(swapping) = self.swapping() else {
            return Ok(None);
        };
        let expires = next.as_ref().is_some_and(|next| next.expires_at.is_some());
        let loader = core.store.loader();
        let key = swapping.record_key.clone();
        let is_stored = match loader.swap(&key, version, next).await {
            Ok(is_stored) => is_stored,
            Err(error) => {
                core.growth.less(grown);
                return Err(error);
            }
        };
        if !is_stored {
            core.growth.less(grown);
            swapping.conflicts += 1;
            if swapping.conflicts == FIGHT {
                swapping.tabs = Some(tabs_lock(&core, &key).await?);
            }
            swapping.pause(&**core.platform()).await;
            return self.again().await;
        }
        if grown < 0.0 {
            core.growth.less(-grown);
        }
        if expires {
            core.store.expiry().sweep();
        }
        Ok(None)
    }

    /// The update, once it is known what is there.
    async fn again(mut self) -> Result<Option<Self>, Error> {
        let core = self.core.clone();
        if let Some(swapping) = self.swapping() {
            learn_version(&core, &swapping.record_key.clone()).await?;
        }
        Ok(Some(self))
    }
}
