//! What the worker's JavaScript calls.

use crate::{Layout, compile};
use std::cell::RefCell;

#[derive(Default)]
struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
    layout: Option<Layout>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Makes room for `size` bytes; gives where.
#[unsafe(no_mangle)]
extern "C" fn input(size: usize) -> *mut u8 {
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.input.clear();
        buffers.input.resize(size, 0);
        buffers.input.as_mut_ptr()
    })
}

/// Takes Lua's layout from the input; gives whether the compiler is for that Lua.
#[unsafe(no_mangle)]
extern "C" fn layout() -> bool {
    BUFFERS.with_borrow_mut(|buffers| {
        let numbers: Vec<_> = buffers
            .input
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect();
        buffers.layout = Layout::new(&numbers);
        buffers.layout.is_some()
    })
}

/// Compiles the function in the input; gives the size of the module, or less than 0 for a refusal.
#[unsafe(no_mangle)]
extern "C" fn compile_function() -> isize {
    BUFFERS.with_borrow_mut(|buffers| {
        let Some(layout) = &buffers.layout else {
            return -1;
        };
        match compile(&buffers.input, layout) {
            Ok(module) => {
                buffers.output = module;
                buffers.output.len() as isize
            }
            Err(refusal) => -(refusal as isize),
        }
    })
}

/// Where the module is.
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u8 {
    BUFFERS.with_borrow(|buffers| buffers.output.as_ptr())
}
