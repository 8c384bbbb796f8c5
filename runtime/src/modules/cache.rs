use super::Module;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// What the sources may be at most in all, in bytes; the oldest go first.
const LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// Fetched modules.
#[derive(Default)]
pub(super) struct Cache {
    by_spec: HashMap<String, Rc<Module>>,
    /// The specs, the oldest first.
    order: VecDeque<String>,
    bytes: usize,
    generation: u32,
}

impl Cache {
    pub(super) fn get(&self, spec: &str) -> Option<Rc<Module>> {
        self.by_spec.get(spec).cloned()
    }

    /// Keeps a module that is not kept yet.
    pub(super) fn add(&mut self, module: Rc<Module>) {
        self.bytes += module.source.len();
        self.order.push_back(module.spec.clone());
        self.by_spec.insert(module.spec.clone(), module);
        while self.bytes > LIMIT_BYTES
            && let Some(oldest) = self.order.pop_front()
        {
            if let Some(module) = self.by_spec.remove(&oldest) {
                self.bytes -= module.source.len();
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
