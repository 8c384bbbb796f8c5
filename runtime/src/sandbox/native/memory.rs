//! Where Lua's memory comes from: counted for each run, and never over its limit.

use super::reserve;
use crate::ledger::Ledger;
use mlua::ffi;
use std::alloc::{Layout, alloc, dealloc, realloc};
use std::ffi::c_void;
use std::ptr::null_mut;

/// A block's layout; none for what no address space has.
fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, ffi::SYS_MIN_ALIGN).ok()
}

/// Lua's allocator. It gives NULL where there is no memory, for whatever reason.
///
/// # Safety
/// `memory` is a [`Ledger`]; `block` is null, or comes from here with `old` bytes.
pub(in crate::sandbox) unsafe extern "C" fn allocate(
    memory: *mut c_void,
    block: *mut c_void,
    old: usize,
    new: usize,
) -> *mut c_void {
    // SAFETY: as the caller promises.
    unsafe {
        let memory = &*memory.cast::<Ledger>();
        // Of a block that is to be made Lua says the type there.
        let old = if block.is_null() { 0 } else { old };
        let (Some(before), Some(after), Some(used)) =
            (layout(old), layout(new), memory.with_block(old, new))
        else {
            return null_mut();
        };
        if new > old && !reserve::hold() {
            return null_mut();
        }
        let made = match (block.is_null(), new) {
            (true, 0) => return null_mut(),
            (true, _) => alloc(after),
            (false, 0) => {
                dealloc(block.cast(), before);
                memory.set_lua(used);
                return null_mut();
            }
            (false, _) => realloc(block.cast(), before, new),
        };
        if made.is_null() {
            reserve::release();
        } else {
            memory.set_lua(used);
        }
        made.cast()
    }
}
