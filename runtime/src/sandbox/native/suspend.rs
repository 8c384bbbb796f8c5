//! Waiting: how a function that has to wait suspends its run.

use super::native_fn::{Call, Reply, Rest, finish, settle};
use crate::sandbox::context::Context;
use crate::platform::Suspension;
use crate::protocol::{Error, ErrorKind};
use crate::storage::Pending;
use futures::FutureExt as _;
use futures::future::{Either, select};
use mlua::ffi;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::rc::Rc;

/// Where a run in coroutine mode keeps what it waits for while it is yielded.
#[derive(Default)]
pub(in crate::sandbox) struct Waiting {
    operation: RefCell<Option<Pending<Reply>>>,
    answer: RefCell<Option<Result<Reply, Error>>>,
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

/// `operation`, or the end of the run, whichever is first.
pub(in crate::sandbox) async fn unless_stopped(
    context: &Context,
    operation: Pending<Reply>,
) -> Result<Reply, Error> {
    match select(operation, Box::pin(context.stop.wait())).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Ok(Reply::Nothing),
    }
}

impl Call<'_> {
    /// Whether what has to wait can do so here.
    pub(in crate::sandbox) fn can_wait(&self) -> bool {
        let context = self.context;
        // SAFETY: the state is running this call.
        let can_yield = || unsafe { context.waiting.can_yield(self.state) };
        !context.updating.is_under_way() && (context.suspension == Suspension::Stack || can_yield())
    }
}

/// Waits for `operation`, if that needs no yield.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(in crate::sandbox) unsafe fn wait(
    state: *mut ffi::lua_State,
    context: &'static Context,
    mut operation: Pending<Reply>,
) -> Rest {
    let yields = context.suspension == Suspension::Coroutine;
    let answer = if context.updating.is_under_way() {
        let what = "the function of State.update may not wait; make the call before, and use its result there";
        Err(Error::new(ErrorKind::CannotWait, what))
    } else if yields && !unsafe { context.waiting.can_yield(state) } {
        Err(cannot_wait())
    } else if let Some(answer) = (&mut operation).now_or_never() {
        // What is ready needs no suspension, after which a run would have a full tank again: a loop of
        // such calls would never give way.
        answer
    } else if yields {
        *context.waiting.operation.borrow_mut() = Some(operation);
        return Rest::Yield;
    } else {
        block(context, operation)
    };
    unsafe { settle(state, context, answer) }
}

fn block(context: &'static Context, operation: Pending<Reply>) -> Result<Reply, Error> {
    let answer = Rc::new(RefCell::new(None));
    let place = answer.clone();
    context.pause();
    context.platform.block_on(Box::pin(async move {
        *place.borrow_mut() = Some(unless_stopped(context, operation).await);
    }));
    context.resume();
    if context.wants_turn_after_wait() {
        context.give_way();
    }
    answer.take().unwrap_or(Ok(Reply::Nothing))
}

/// Goes on after a yield.
pub(in crate::sandbox) unsafe extern "C-unwind" fn resumed(
    state: *mut ffi::lua_State,
    _: c_int,
    _: ffi::lua_KContext,
) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        if context.wants_turn_after_wait() {
            context.waiting.give_way();
            return ffi::lua_yieldk(state, 0, 0, Some(resumed));
        }
        let answer = context.waiting.answer.take().unwrap_or(Ok(Reply::Nothing));
        finish(state, context, settle(state, context, answer))
    }
}

fn cannot_wait() -> Error {
    Error::new(
        ErrorKind::CannotWait,
        "this call has to wait, and the portable artifact cannot wait inside __gc, a reader of load, or a __close \
         that coroutine.close calls; make the call before, and use its result there",
    )
}
