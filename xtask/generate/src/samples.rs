//! The messages that the golden vectors show: every variant, and the values that codecs
//! tend to get wrong.

mod from_worker;
mod malformed;
mod modules;
mod runs;
mod state;
mod storage;
mod to_worker;
mod values;

pub use from_worker::from_worker;
pub use malformed::malformed;
pub use to_worker::to_worker;

/// A name and the message that it names.
pub type Sample<T> = (String, T);
