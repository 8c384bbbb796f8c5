//! The cache of module sources, of a bounded size.

use super::Module;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// The most that all modules together may take, in bytes; the oldest go first.
const LIMIT_BYTES: usize = 32 * 1024 * 1024;
/// About what a module takes besides its source and its names.
const MODULE_BYTES: usize = 256;

/// Fetched modules.
#[derive(Default)]
pub(super) struct Cache {
    /// Ordered, not hashed: scripts choose the specs, and could have them collide.
    by_spec: BTreeMap<Rc<str>, Rc<Module>>,
    /// The specs, the oldest first.
    order: VecDeque<Rc<str>>,
    bytes: usize,
    generation: u32,
}

impl Cache {
    pub(super) fn get(&self, spec: &str) -> Option<Rc<Module>> {
        self.by_spec.get(spec).cloned()
    }

    /// Keeps a module that is not kept yet under what it was required by.
    pub(super) fn add(&mut self, spec: &str, module: Rc<Module>) {
        self.bytes += weight(spec, &module);
        let spec: Rc<str> = spec.into();
        self.order.push_back(spec.clone());
        self.by_spec.insert(spec, module);
        while self.bytes > LIMIT_BYTES
            && let Some(oldest) = self.order.pop_front()
        {
            if let Some(module) = self.by_spec.remove(&*oldest) {
                self.bytes -= weight(&oldest, &module);
            }
        }
    }

    /// Forgets all; whether there was anything.
    pub(super) fn clear(&mut self) -> bool {
        let any = !self.by_spec.is_empty();
        *self = Self {
            generation: self.generation.wrapping_add(1),
            ..Self::default()
        };
        any
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.by_spec.len()).unwrap_or(u32::MAX)
    }

    /// Changes when all is forgotten.
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }
}

/// About what a module takes here, an empty one too.
fn weight(spec: &str, module: &Module) -> usize {
    module.source.len() + module.name.len() + spec.len() + MODULE_BYTES
}
