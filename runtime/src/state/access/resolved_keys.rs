use crate::state::cache::Entry;
use crate::state::namespaces::Rules;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where a key is kept, and what holds there.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) rules: Rc<Rules>,
    pub(crate) entry: Rc<Entry>,
}

/// The keys that an access has found, so that it finds them again without making the record's key.
#[derive(Default)]
pub(crate) struct Places {
    /// Ordered, not hashed: scripts choose the keys, and could have them collide.
    found: RefCell<BTreeMap<Box<str>, Place>>,
    /// The bytes of the keys.
    bytes: Cell<usize>,
    generation: Cell<u64>,
}

/// How many keys are kept, and bytes of them; a script that uses more starts over.
const MOST: usize = 16_384;
const MOST_BYTES: usize = 1 << 20;

impl Places {
    /// The place of `key`, if the namespaces are still those of this generation.
    pub(crate) fn find(&self, key: &str, generation: u64) -> Option<Place> {
        if self.generation.get() != generation {
            return None;
        }
        self.found
            .borrow()
            .get(key)
            .filter(|place| !place.entry.is_detached())
            .cloned()
    }

    pub(crate) fn keep(&self, key: &str, generation: u64, place: Place) -> Place {
        let mut found = self.found.borrow_mut();
        let is_other = self.generation.replace(generation) != generation;
        let bytes = self.bytes.get() + key.len();
        if is_other || found.len() == MOST || bytes > MOST_BYTES {
            found.clear();
            self.bytes.set(0);
        }
        if found.insert(key.into(), place.clone()).is_none() {
            self.bytes.set(self.bytes.get() + key.len());
        }
        place
    }
}
