//! Memory that a test has run out.

use std::cell::Cell;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Lua's allocator on this thread gives more memory so often from now on, and then no more.
pub fn limit_allocations(count: usize) {
    LEFT.set(count);
}

/// How often it still gives some.
#[must_use]
pub fn allocations_left() -> usize {
    LEFT.get()
}

/// Whether it is to refuse some.
pub(crate) fn is_memory_refused() -> bool {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(1));
    left == 0
}
