//! Waiting: how a function that has to wait suspends its run.

use super::answer::{Rest, finish, settle};
use crate::platform::Suspension;
use crate::protocol::{Error, ErrorKind};
use crate::sandbox::context::Context;
use crate::sandbox::context::reply::Reply;
use crate::storage::Pending;
use futures::FutureExt as _;
use futures::future::{Either, select};
use mlua::ffi;
use std::cell::RefCell;
use std::ffi::c_int;
use std::rc::Rc;

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
        return Rest::Yield(resumed);
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
