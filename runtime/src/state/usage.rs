use super::entry::Entry;
use super::place::Place;
use super::rules::Rules;
use super::script_id::ScriptId;
use super::store::Store;
use crate::protocol::{Error, ErrorKind};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What the namespaces that have a quota hold, in bytes of keys and JSON values.
///
/// A sum is kept while sets and deletes alone change it, and added up anew after anything
/// else: `epoch` says when it was.
#[derive(Default)]
pub(super) struct Usage {
    sums: RefCell<HashMap<Rc<str>, Sum>>,
}

#[derive(Clone, Copy)]
struct Sum {
    bytes: f64,
    epoch: u64,
}

impl Usage {
    /// Makes room for `key` with a value of `length` bytes of JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Quota`] when there is none; nothing has changed then.
    pub(super) fn take(
        &self,
        store: &Store,
        script: &ScriptId,
        place: &Place,
        key: &str,
        length: usize,
        now: f64,
    ) -> Result<(), Error> {
        let Place { rules, entry } = place;
        let Some(quota) = rules.config.quota else {
            return Ok(());
        };
        let held = entry.length(now).map_or(0.0, |length| size(key, length));
        let more = size(key, length) - held;
        let mut bytes = self
            .kept(store, rules)
            .unwrap_or_else(|| self.add_up(store, rules, now));
        if bytes + more > quota {
            // Records may have expired since.
            bytes = self.add_up(store, rules, now);
        }
        if bytes + more > quota {
            return Err(exceeded(rules, script, key, bytes, more));
        }
        self.keep(store, rules, bytes + more);
        Ok(())
    }

    /// Gives back the room of `key`, which is about to be removed.
    pub(super) fn give_back(&self, store: &Store, place: &Place, key: &str, now: f64) {
        let Place { rules, entry } = place;
        if rules.config.quota.is_some()
            && let Some(bytes) = self.kept(store, rules)
            && let Some(length) = entry.length(now)
        {
            self.keep(store, rules, bytes - size(key, length));
        }
    }

    fn kept(&self, store: &Store, rules: &Rules) -> Option<f64> {
        let sum = *self.sums.borrow().get(&rules.record_prefix)?;
        (sum.epoch == store.epoch.get()).then_some(sum.bytes)
    }

    fn keep(&self, store: &Store, rules: &Rules, bytes: f64) {
        let sum = Sum {
            bytes,
            epoch: store.epoch.get(),
        };
        self.sums
            .borrow_mut()
            .insert(rules.record_prefix.clone(), sum);
    }

    fn add_up(&self, store: &Store, rules: &Rules, now: f64) -> f64 {
        let prefix = rules.record_prefix.len();
        let of_key = |entry: &Entry| entry.key.as_str().len() - prefix + rules.namespace.len() + 1;
        let entries = store.memory_of(rules).range(&rules.record_prefix);
        entries
            .iter()
            .filter_map(|entry| Some((of_key(entry) + entry.length(now)?) as f64))
            .sum()
    }
}

/// The bytes of a key as scripts know it, and of its value.
fn size(key: &str, length: usize) -> f64 {
    (key.len() + length) as f64
}

#[cold]
fn exceeded(rules: &Rules, script: &ScriptId, key: &str, bytes: f64, more: f64) -> Error {
    let quota = rules.config.quota.unwrap_or_default();
    let message = format!(
        "script '{script}' may not store '{key}': it needs {more} bytes more, and the namespace '{}' uses {bytes} of \
         its quota of {quota}; remove what is no longer needed",
        rules.namespace
    );
    Error::new(ErrorKind::Quota, message)
}
