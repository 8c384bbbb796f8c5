//! How work in Rust is reported as it is done, and its memory before it is taken.

use super::fuel;
use crate::json;
use crate::ledger::Held;
use crate::protocol::Error;
use crate::sandbox::context::Context;
use mlua::ffi;

unsafe extern "C" {
    fn lua_collect(state: *mut ffi::lua_State);
}

/// The meter of a run that is at work.
pub(in crate::sandbox) struct Meter<'a> {
    state: *mut ffi::lua_State,
    context: &'a Context,
    held: &'a Held,
}

impl<'a> Meter<'a> {
    /// What is taken is added to `held`.
    ///
    /// # Safety
    /// `state` is running for as long as the meter is used, and its context is `context`.
    pub(in crate::sandbox) unsafe fn new(
        state: *mut ffi::lua_State,
        context: &'a Context,
        held: &'a Held,
    ) -> Self {
        Self {
            state,
            context,
            held,
        }
    }
}

impl json::Meter for Meter<'_> {
    fn work(&self, units: usize) -> Result<(), Error> {
        // SAFETY: as promised.
        unsafe { fuel::work(self.state, self.context, units) }
    }

    fn take(&self, bytes: usize) -> Result<(), Error> {
        // SAFETY: as promised.
        unsafe { take(self.state, self.context, self.held, bytes) }
    }

    fn give(&self, bytes: usize) {
        self.held.less(bytes);
    }
}

/// Collects garbage when the run has no room for so many bytes more.
///
/// # Safety
/// `state` is running, and its context is `context`.
pub(in crate::sandbox) unsafe fn make_room(
    state: *mut ffi::lua_State,
    context: &Context,
    bytes: usize,
) {
    if context.memory.room() < bytes {
        // SAFETY: it raises nothing.
        unsafe { lua_collect(state) };
    }
}

/// Holds so many bytes more for the run, in place of garbage if need be.
///
/// # Errors
/// The run's limit, which has ended it.
///
/// # Safety
/// `state` is running, and its context is `context`.
pub(in crate::sandbox) unsafe fn take(
    state: *mut ffi::lua_State,
    context: &Context,
    held: &Held,
    bytes: usize,
) -> Result<(), Error> {
    if held.more(bytes) {
        return Ok(());
    }
    // SAFETY: it raises nothing.
    unsafe { lua_collect(state) };
    match held.more(bytes) {
        true => Ok(()),
        false => Err(context.memory_exhausted()),
    }
}
