//! C's function that compares memory. The C library's goes byte by byte, and what is looked up
//! most, State's keys, begins alike.

/// # Safety
/// Both have so many bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(mut left: *const u8, mut right: *const u8, mut bytes: usize) -> i32 {
    const WORD: usize = size_of::<u64>();
    // SAFETY: what is read is within both.
    unsafe {
        while bytes >= WORD {
            if left.cast::<u64>().read_unaligned() != right.cast::<u64>().read_unaligned() {
                break;
            }
            left = left.add(WORD);
            right = right.add(WORD);
            bytes -= WORD;
        }
        while bytes > 0 {
            if *left != *right {
                return i32::from(*left) - i32::from(*right);
            }
            left = left.add(1);
            right = right.add(1);
            bytes -= 1;
        }
    }
    0
}
