//! Memory that is set aside for Rust. When the worker has no more, Lua is refused its request, but Rust
//! would abort: it must be able to say why the run has ended.

use std::cell::{Cell, RefCell};

/// The memory that saying so takes at most, several times over, in bytes.
const BYTES: usize = 1 << 20;

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
    static BLOCK: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Whether the reserve is there, or could be set aside now. While it is not, Lua gets nothing.
pub(in crate::sandbox) fn hold() -> bool {
    HELD.get() || {
        let held = BLOCK.with_borrow_mut(|block| block.try_reserve_exact(BYTES).is_ok());
        HELD.set(held);
        held
    }
}

/// Gives the reserve to whoever asks next.
pub(in crate::sandbox) fn release() {
    HELD.set(false);
    BLOCK.take();
}
