use super::entry::Entry;
use super::rules::Rules;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// Where a key is kept, and what holds there.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) rules: Rc<Rules>,
    pub(super) entry: Rc<Entry>,
}

/// The keys that an access has found, so that it finds them again without a search.
#[derive(Default)]
pub(super) struct Places {
    found: RefCell<HashMap<Box<str>, Place, BuildHasherDefault<KeyHasher>>>,
    generation: Cell<u64>,
}

/// How many keys are kept; a script that uses more starts over.
const MOST: usize = 16_384;

impl Places {
    /// The place of `key`, if the namespaces are still those of this generation.
    pub(super) fn find(&self, key: &str, generation: u64) -> Option<Place> {
        if self.generation.get() != generation {
            return None;
        }
        self.found
            .borrow()
            .get(key)
            .filter(|place| !place.entry.detached.get())
            .cloned()
    }

    pub(super) fn keep(&self, key: &str, generation: u64, place: Place) -> Place {
        let mut found = self.found.borrow_mut();
        if self.generation.replace(generation) != generation || found.len() == MOST {
            found.clear();
        }
        found.insert(key.into(), place.clone());
        place
    }
}

/// A short hash for short keys. A script that looks for keys that collide slows itself alone.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.try_into().map_or(0, u64::from_le_bytes));
        }
        for byte in chunks.remainder() {
            self.add(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl KeyHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}
