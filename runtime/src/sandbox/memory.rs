//! Where Lua's memory comes from: counted for each run, and never over its limit.

use super::reserve;
use mlua::ffi;
use std::alloc::{Layout, alloc, dealloc, realloc};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;

/// What a run's Lua holds and may hold, in bytes. Lua has its address.
pub(super) struct Memory {
    used: Cell<usize>,
    peak: Cell<usize>,
    limit: Cell<usize>,
}

impl Memory {
    /// Without a limit, until one is set.
    pub(super) fn new() -> Self {
        Self {
            used: Cell::new(0),
            peak: Cell::new(0),
            limit: Cell::new(usize::MAX),
        }
    }

    /// From now on Lua gets no more than this; what it has it keeps.
    pub(super) fn set_limit(&self, bytes: usize) {
        self.limit.set(bytes);
    }

    /// What Lua holds.
    pub(super) fn used(&self) -> usize {
        self.used.get()
    }

    /// The most that it has held.
    pub(super) fn peak(&self) -> usize {
        self.peak.get()
    }

    /// What would be held once a block of `old` bytes has `new` of them; none if that is too much.
    fn with(&self, old: usize, new: usize) -> Option<usize> {
        #[cfg(feature = "testing")]
        if new > old && crate::testing::is_memory_refused() {
            return None;
        }
        if new > old && !reserve::hold() {
            return None;
        }
        let used = (self.used.get() - old).checked_add(new)?;
        (new <= old || used <= self.limit.get()).then_some(used)
    }

    fn hold(&self, used: usize) {
        self.used.set(used);
        self.peak.set(self.peak.get().max(used));
    }
}

/// A block's layout; none for what no address space has.
fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, ffi::SYS_MIN_ALIGN).ok()
}

/// Lua's allocator. It gives NULL where there is no memory, for whatever reason.
///
/// # Safety
/// `memory` is a [`Memory`]; `block` is null, or comes from here with `old` bytes.
pub(super) unsafe extern "C" fn allocate(
    memory: *mut c_void,
    block: *mut c_void,
    old: usize,
    new: usize,
) -> *mut c_void {
    // SAFETY: as the caller promises.
    unsafe {
        let memory = &*memory.cast::<Memory>();
        // Of a block that is to be made Lua says the type there.
        let old = if block.is_null() { 0 } else { old };
        let (Some(before), Some(after), Some(used)) =
            (layout(old), layout(new), memory.with(old, new))
        else {
            return null_mut();
        };
        let made = match (block.is_null(), new) {
            (true, 0) => return null_mut(),
            (true, _) => alloc(after),
            (false, 0) => {
                dealloc(block.cast(), before);
                memory.hold(used);
                return null_mut();
            }
            (false, _) => realloc(block.cast(), before, new),
        };
        if made.is_null() {
            reserve::release();
        } else {
            memory.hold(used);
        }
        made.cast()
    }
}
