//! What the files in memory have in common.

use std::cell::RefCell;

/// Reads what there is from `at` on; gives how many bytes.
pub fn read(file: &RefCell<Vec<u8>>, at: u64, into: &mut [u8]) -> usize {
    let file = file.borrow();
    let rest = file.get(at as usize..).unwrap_or_default();
    let length = rest.len().min(into.len());
    into[..length].copy_from_slice(&rest[..length]);
    length
}

/// Writes `bytes` at `at`, beyond the end too.
pub fn write(file: &RefCell<Vec<u8>>, at: u64, bytes: &[u8]) {
    let mut file = file.borrow_mut();
    let end = at as usize + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at as usize..end].copy_from_slice(bytes);
}
