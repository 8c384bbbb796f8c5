//! A place to run the runtime in for native tests: tasks in a fixed order, a clock that the
//! test turns, and a backend that fails on demand. Nothing here waits for real time.

mod backend;
mod channels;
mod executor;
mod fuel;
mod locks;
mod memory;
mod platform;
mod records;

pub use backend::{Fault, TestBackend};
pub use fuel::{burns, empty_fuel, was_fuel_emptied};
pub use locks::Locks;
pub(crate) use memory::is_memory_refused;
pub use memory::{allocations_left, limit_allocations, refuse_allocations};
pub use platform::TestPlatform;
pub use records::{record, records};
