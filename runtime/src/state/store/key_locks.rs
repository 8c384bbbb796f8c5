//! Locks of keys that no other tab has.

use crate::notify::Notify;
use crate::state::cache::RecordKey;
use std::cell::RefCell;
use std::rc::Rc;

/// The keys that are locked within one store.
#[derive(Default)]
pub(crate) struct KeyLocks {
    held: RefCell<Vec<RecordKey>>,
    /// Woken when one of these is free.
    released: Notify,
}

/// The lock of a key, until this is dropped.
pub(crate) struct KeyLock {
    locks: Rc<KeyLocks>,
    key: RecordKey,
}

impl KeyLock {
    /// Waits until nobody else has the lock of `key`, and takes it.
    pub(crate) async fn take(locks: Rc<KeyLocks>, key: RecordKey) -> Self {
        let free = || {
            let mut held = locks.held.borrow_mut();
            let is_free = !held.contains(&key);
            if is_free {
                held.push(key.clone());
            }
            is_free
        };
        locks.released.wait_until(free).await;
        Self { locks, key }
    }
}

impl Drop for KeyLock {
    fn drop(&mut self) {
        self.locks.held.borrow_mut().retain(|key| *key != self.key);
        self.locks.released.wake();
    }
}
