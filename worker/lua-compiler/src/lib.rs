//! Compiles one function of Lua 5.4 bytecode to a WebAssembly module over Lua's own memory.
//!
//! Nothing of one run is in the module: it finds constants, code and caches through the closure that it runs, so that
//! every run of a session shares it. Frames and Lua's stack are at each instruction what the interpreter would have
//! there, wherever somebody may look; so a compiled frame can vanish at any call, and the interpreter goes on.

#[cfg(target_arch = "wasm32")]
mod exports;
mod flow;
mod input;
mod layout;
mod lower;
mod opcode;
mod wasm;

pub use input::Function;
pub use layout::Layout;

/// Why a function is not compiled. The interpreter runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Refusal {
    /// The description is none.
    Malformed = 1,
    /// The function, or its code, is larger or deeper than it may be.
    TooLarge = 2,
    /// A loop has two entries, or is jumped back to elsewhere than at its beginning: by `goto` alone.
    Irreducible = 3,
    /// The types of the registers did not settle.
    Unsettled = 4,
}

/// The module of the function that `description` tells, as bytes.
///
/// # Errors
/// A [`Refusal`].
pub fn compile(description: &[u8], layout: &Layout) -> Result<Vec<u8>, Refusal> {
    let function = Function::parse(description).ok_or(Refusal::Malformed)?;
    let flow = flow::Flow::of(&function)?;
    lower::module(&function, &flow, layout)
}
