//! The system calls that wasi-libc would import, so that the module imports nothing from WASI.
//! There are no files; there is a clock.

/// WASI's `errno` values: not supported, bad file descriptor.
const ENOSYS: i32 = 52;
const EBADF: i32 = 8;

macro_rules! unsupported {
    ($($name:ident($($argument:ty),*);)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name($(_: $argument),*) -> i32 {
                ENOSYS
            }
        )*
    };
}

unsupported! {
    __imported_wasi_snapshot_preview1_environ_get(i32, i32);
    __imported_wasi_snapshot_preview1_fd_close(i32);
    __imported_wasi_snapshot_preview1_fd_fdstat_get(i32, i32);
    __imported_wasi_snapshot_preview1_fd_fdstat_set_flags(i32, i32);
    __imported_wasi_snapshot_preview1_fd_prestat_dir_name(i32, i32, i32);
    __imported_wasi_snapshot_preview1_fd_read(i32, i32, i32, i32);
    __imported_wasi_snapshot_preview1_fd_renumber(i32, i32);
    __imported_wasi_snapshot_preview1_fd_seek(i32, i64, i32, i32);
    __imported_wasi_snapshot_preview1_path_open(i32, i32, i32, i32, i32, i64, i64, i32, i32);
    __imported_wasi_snapshot_preview1_path_remove_directory(i32, i32, i32);
    __imported_wasi_snapshot_preview1_path_rename(i32, i32, i32, i32, i32, i32);
    __imported_wasi_snapshot_preview1_path_unlink_file(i32, i32, i32);
}

#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_fd_prestat_get(_: i32, _: i32) -> i32 {
    EBADF
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __imported_wasi_snapshot_preview1_environ_sizes_get(
    count: *mut u32,
    size: *mut u32,
) -> i32 {
    // SAFETY: wasi-libc passes two places to write to.
    unsafe {
        *count = 0;
        *size = 0;
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __imported_wasi_snapshot_preview1_clock_time_get(
    _: i32,
    _: i64,
    nanoseconds: *mut u64,
) -> i32 {
    // SAFETY: wasi-libc passes a place to write to.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time since 1970"
    )]
    unsafe {
        *nanoseconds = (js_sys::Date::now() * 1e6) as u64;
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __imported_wasi_snapshot_preview1_random_get(
    bytes: *mut u8,
    len: usize,
) -> i32 {
    for position in 0..len {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below 256"
        )]
        let byte = (js_sys::Math::random() * 256.0) as u8;
        // SAFETY: wasi-libc passes `len` bytes to write to.
        unsafe { *bytes.add(position) = byte }
    }
    0
}

#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_proc_exit(code: i32) {
    panic!("the C library exits with {code}")
}

/// Drops what is written: a script prints by other ways.
#[unsafe(no_mangle)]
unsafe extern "C" fn __imported_wasi_snapshot_preview1_fd_write(
    _: i32,
    pieces: *const (*const u8, usize),
    count: usize,
    written: *mut usize,
) -> i32 {
    // SAFETY: wasi-libc passes `count` pieces, and a place to write to.
    unsafe {
        *written = std::slice::from_raw_parts(pieces, count)
            .iter()
            .map(|(_, len)| len)
            .sum()
    }
    0
}

/// `clock()` for Lua's C (see `protect.h`), in nanoseconds, to a tenth of a millisecond.
#[unsafe(no_mangle)]
extern "C" fn lua_process_clock() -> i64 {
    const RESOLUTION_NS: i64 = 100_000;
    let now = crate::platform::performance()
        .map_or_else(js_sys::Date::now, |performance| performance.now());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since the worker began"
    )]
    let nanoseconds = (now * 1e6) as i64;
    nanoseconds / RESOLUTION_NS * RESOLUTION_NS
}

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Calling the constructors once, here, keeps the linker from wrapping every export in a call
/// of them ("command exports").
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    // SAFETY: the linker defines it; it is called once.
    unsafe { __wasm_call_ctors() }
}
