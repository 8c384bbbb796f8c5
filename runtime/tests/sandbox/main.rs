//! Scripts in a session, without a browser: coroutine mode, as the portable artifact has it.

mod deep;
mod definitions;
mod errors;
mod heap;
mod host;
mod language;
mod libraries;
mod limits;

mod long_work;
mod lua51;
mod memory;
mod operations;
mod protocol;
mod state_api;
mod state_memory;
mod streams;
mod support;
mod texts;
mod values;
mod waiting;
