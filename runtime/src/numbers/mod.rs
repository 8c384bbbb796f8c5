//! Numbers and times as text, and back, in place of the C library's: a tenth of its code, which
//! would have a formatter of floats of its own beside Rust's. Lua's C calls what is named `lua_…`.

mod print;
mod read;
#[cfg(test)]
mod tests;
mod text;
#[cfg(any(test, target_arch = "wasm32"))]
mod time;

pub use read::read;
