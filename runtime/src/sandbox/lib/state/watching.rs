//! The functions that the loop of `callbacks.lua` is made of.

use super::records::NOTED_BYTES;
use crate::protocol::limits::WATCHES;
use crate::protocol::{Error, Value};
use crate::sandbox::context::reply::Reply;
use crate::sandbox::native::errors::lua_error;
use crate::sandbox::native::marshal;
use crate::sandbox::native::native_fn::{Api, Call};
use crate::state::Watch;
use futures::future::{Either, select};
use mlua::ffi;
use std::ffi::c_int;

/// The functions that the loop is given, in its order.
pub(super) const FUNCTIONS: &[(&str, Api)] = &[
    ("pause", pause),
    ("change", change),
    ("report", report),
    ("sleep", deadline),
    ("wait", start_wait),
    ("unwatch", stop_watch),
];

/// The milliseconds that an argument gives; none when it is absent or nil.
fn milliseconds(call: &Call<'_>, index: c_int) -> Result<Option<u32>, Error> {
    let Some(ms) = call.number(index)? else {
        return Ok(None);
    };
    if !(0.0..=f64::from(u32::MAX)).contains(&ms) {
        return Err(lua_error(format!(
            "bad argument #{index} to '{}' (milliseconds between 0 and 2^32 expected)",
            call.function
        )));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "just checked"
    )]
    Ok(Some(ms as u32))
}

/// How long `sleep` takes, in milliseconds.
fn sleep_ms(call: &Call<'_>) -> Result<u32, Error> {
    milliseconds(call, 1)?
        .ok_or_else(|| lua_error("bad argument #1 to 'sleep' (number expected, got no value)"))
}

/// `sleep` without callbacks.
pub(super) fn plain_sleep(call: &mut Call<'_>) -> Result<Reply, Error> {
    let done = call.context.platform.sleep(sleep_ms(call)?);
    Ok(Reply::Later(Box::pin(async move {
        done.await;
        Ok(Reply::Nothing)
    })))
}

/// The monotonic time in so many milliseconds.
fn deadline(call: &mut Call<'_>) -> Result<Reply, Error> {
    Ok(Reply::Value(deadline_in(call, sleep_ms(call)?)))
}

fn deadline_in(call: &Call<'_>, ms: u32) -> Value {
    Value::Float(call.context.platform.monotonic_ms() + f64::from(ms))
}

/// Waits for a change or the deadline, if there is one; true when that is over.
fn pause(call: &mut Call<'_>) -> Result<Reply, Error> {
    let (callbacks, platform) = (
        call.context.callbacks.clone(),
        call.context.platform.clone(),
    );
    let deadline = call.number(1)?;
    Ok(Reply::Later(Box::pin(async move {
        let Some(deadline) = deadline else {
            callbacks.changed().await;
            return Ok(Reply::Bool(false));
        };
        let left = (deadline - platform.monotonic_ms())
            .ceil()
            .clamp(0.0, f64::from(u32::MAX));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "just clamped"
        )]
        let over = platform.sleep(left as u32);
        let changed = Box::pin(callbacks.changed());
        let is_over = matches!(select(over, changed).await, Either::Left(_));
        Ok(Reply::Bool(is_over && platform.monotonic_ms() >= deadline))
    })))
}

/// The number of a callback, with the value and the key that changed; nothing without a change.
fn change(call: &mut Call<'_>) -> Result<Reply, Error> {
    let Some((number, key, item)) = call.context.callbacks.take() else {
        return Ok(Reply::Nil);
    };
    call.context.begin_callback();
    Ok(Reply::Many(vec![
        Reply::Value(Value::Int(number)),
        item.map_or(Reply::Nil, Reply::Stored),
        Reply::Value(Value::Str(key.to_string())),
    ]))
}

/// Prints a line about an error that nobody catches.
fn report(call: &mut Call<'_>) -> Result<Reply, Error> {
    call.print_line(1);
    Ok(Reply::Nothing)
}

/// Starts watching a pattern; gives the callback's number.
pub(super) fn start_watch(call: &mut Call<'_>) -> Result<Reply, Error> {
    call.make_room(NOTED_BYTES);
    let watch = call.access()?.watch(call.text(1)?)?;
    add(call, watch).map(Reply::Value)
}

/// Starts watching a key; gives the callback's number, and the time when to give up, if there is one.
/// Nothing is watched when it fails.
fn start_wait(call: &mut Call<'_>) -> Result<Reply, Error> {
    let until = match milliseconds(call, 2)? {
        Some(ms) => deadline_in(call, ms),
        None => Value::Nil,
    };
    call.make_room(NOTED_BYTES);
    let watch = call.access()?.watch_key(call.text(1)?)?;
    let number = add(call, watch)?;
    Ok(Reply::Many(vec![Reply::Value(number), Reply::Value(until)]))
}

fn add(call: &Call<'_>, watch: Watch) -> Result<Value, Error> {
    // Where its number could not be given back, nobody could end it.
    // SAFETY: the state is running this call.
    if unsafe { ffi::lua_checkstack(call.state, marshal::DEEPEST) } == 0 {
        return Err(lua_error("stack overflow"));
    }
    let callbacks = &call.context.callbacks;
    if callbacks.watches.borrow().len() == WATCHES {
        return Err(lua_error(
            "too many watches: a run has at most 1000 of them",
        ));
    }
    let number = callbacks.next.get() + 1;
    callbacks.next.set(number);
    callbacks.watches.borrow_mut().push((number, watch));
    Ok(Value::Int(number))
}

/// Ends what has this number.
pub(super) fn stop_watch(call: &mut Call<'_>) -> Result<Reply, Error> {
    if let Value::Int(number) = call.value(1)? {
        call.context
            .callbacks
            .watches
            .borrow_mut()
            .retain(|(other, _)| *other != number);
    }
    Ok(Reply::Nothing)
}
