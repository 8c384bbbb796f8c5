//! Memory that a test has run out.

use std::cell::Cell;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    static REFUSED: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Lua's allocator on this thread gives more memory so often from now on, and then no more.
pub fn limit_allocations(count: usize) {
    refuse_allocations(count, usize::MAX);
}

/// The same, but some more after so many in a row that it gives none. Lua asks twice, the second time
/// with the garbage gone.
pub fn refuse_allocations(count: usize, refused: usize) {
    LEFT.set(count);
    REFUSED.set(refused);
}

/// How often it still gives some.
#[must_use]
pub fn allocations_left() -> usize {
    LEFT.get()
}

/// Whether it is to refuse some.
pub(crate) fn is_memory_refused() -> bool {
    let (left, refused) = (LEFT.get(), REFUSED.get());
    if left > 0 {
        LEFT.set(left - 1);
        return false;
    }
    REFUSED.set(refused.saturating_sub(1));
    refused > 0
}
