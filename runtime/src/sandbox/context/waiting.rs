//! The futures that a suspended run waits for.

use super::reply::Reply;
use crate::protocol::Error;
use crate::storage::Pending;
use mlua::ffi;
use std::cell::{Cell, RefCell};

/// Where a run in coroutine mode keeps what it waits for while it is yielded.
#[derive(Default)]
pub(in crate::sandbox) struct Waiting {
    pub(in crate::sandbox) operation: RefCell<Option<Pending<Reply>>>,
    pub(in crate::sandbox) answer: RefCell<Option<Result<Reply, Error>>>,
    turn: Cell<bool>,
    /// How many of the nested `resume`s are called where Lua cannot yield.
    pub(in crate::sandbox) barriers: Cell<u32>,
}

/// Why the run's coroutine has yielded.
pub(in crate::sandbox) enum Yielded {
    /// It waits for this.
    Operation(Pending<Reply>),
    /// It gives way to others.
    Turn,
}

impl Waiting {
    /// Whether a wait can be passed on from here down to the run's driver.
    ///
    /// # Safety
    /// `state` is running.
    pub(in crate::sandbox) unsafe fn can_yield(&self, state: *mut ffi::lua_State) -> bool {
        self.barriers.get() == 0 && unsafe { ffi::lua_isyieldable(state) } != 0
    }

    /// The next yield gives way to others.
    pub(in crate::sandbox) fn give_way(&self) {
        self.turn.set(true);
    }

    /// Whether the yield that just surfaced is ours rather than the script's.
    pub(in crate::sandbox) fn is_ours(&self) -> bool {
        self.turn.get() || self.operation.borrow().is_some()
    }

    /// Why the run yielded; none when the script did so itself.
    pub(in crate::sandbox) fn take(&self) -> Option<Yielded> {
        if self.turn.take() {
            return Some(Yielded::Turn);
        }
        self.operation.take().map(Yielded::Operation)
    }

    /// The answer that the run finds when it is resumed.
    pub(in crate::sandbox) fn answer(&self, answer: Result<Reply, Error>) {
        *self.answer.borrow_mut() = Some(answer);
    }
}
