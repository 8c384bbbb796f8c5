//! Reading and writing.

use crate::protocol::{Error, ErrorKind, Value};
use crate::sandbox::context::reply::Reply;
use crate::sandbox::context::tank;
use crate::sandbox::native::meter;
use crate::sandbox::native::native_fn::{Api, Call};
use crate::state::{Access, MaybePending, New, Patience};

/// To tell a watcher of a change takes as long as to look at so many bytes.
const WATCHER_BYTES: usize = 1024;

/// The same for a listing to look at a record or a namespace.
const LISTED_BYTES: usize = 128;

/// The same for a write: without it a script of writes gave turns so seldom that half of it had
/// run before the first batch was on its way.
const WRITTEN_BYTES: usize = 4096;

/// The most that State notes for a call besides the value, in bytes.
pub(super) const NOTED_BYTES: usize = 32 * 1024;

/// The functions of `State`.
pub(in crate::sandbox) const FUNCTIONS: &[(&str, Api)] = &[
    ("get", get),
    ("set", set),
    ("delete", delete),
    ("list", list),
];

fn get(call: &mut Call<'_>) -> Result<Reply, Error> {
    let default = if call.count() > 1 {
        Reply::Argument(2)
    } else {
        Reply::Nil
    };
    call.make_room(NOTED_BYTES);
    match call.access()?.find(call.text(1)?)? {
        // A stored null reads as nil, not as the default.
        MaybePending::Ready(found) => Ok(found.map_or(default, Reply::Stored)),
        MaybePending::Pending(found) => Ok(Reply::Later(Box::pin(async move {
            // The arguments are still on the stack when the answer comes.
            Ok(found.await?.map_or(default, Reply::Stored))
        }))),
    }
}

fn set(call: &mut Call<'_>) -> Result<Reply, Error> {
    let ttl = call.ttl(3)?;
    let key = call.text(1)?;
    if call.is_nil(2) {
        return delete_key(call, key).map(|_| Reply::Nothing);
    }
    let access = call.access()?;
    access.recount();
    let new = call.to_store(call.value(2)?)?;
    burn_for_write(access);
    match access.put(key, new, ttl)? {
        MaybePending::Ready(()) => Ok(Reply::Nothing),
        MaybePending::Pending(done) => Ok(Reply::Later(Box::pin(async move {
            done.await.map(|()| Reply::Nothing)
        }))),
    }
}

/// Burns fuel for a change and for telling its watchers.
pub(super) fn burn_for_write(access: &Access) {
    let watchers = access.watchers().saturating_mul(WATCHER_BYTES);
    tank::burn(watchers.saturating_add(WRITTEN_BYTES));
}

fn delete(call: &mut Call<'_>) -> Result<Reply, Error> {
    delete_key(call, call.text(1)?)
}

fn delete_key(call: &Call<'_>, key: &str) -> Result<Reply, Error> {
    let access = call.access()?;
    call.make_room(NOTED_BYTES);
    burn_for_write(access);
    match access.delete(key)? {
        MaybePending::Ready(was) => Ok(Reply::Bool(was)),
        MaybePending::Pending(was) => {
            Ok(Reply::Later(Box::pin(
                async move { was.await.map(Reply::Bool) },
            )))
        }
    }
}

fn list(call: &mut Call<'_>) -> Result<Reply, Error> {
    let array =
        |keys: Vec<String>| Reply::Value(Value::Array(keys.into_iter().map(Value::Str).collect()));
    let access = call.access()?;
    let patience = match call.can_wait() {
        true => Patience::Waits,
        false => Patience::Hurries,
    };
    let prefix = call.text(1)?;
    let list = || access.list_with(prefix, patience);
    let keys = list().or_else(|error| match *error.kind {
        ErrorKind::Limit { .. } => {
            // Garbage may have been in its way.
            call.make_room(usize::MAX);
            list()
        }
        _ => Err(error),
    });
    match keys? {
        MaybePending::Ready(keys) => {
            tank::burn(access.looked_at() * LISTED_BYTES);
            Ok(array(keys))
        }
        MaybePending::Pending(keys) => {
            // While it waits nothing can be collected.
            call.make_room(call.context.memory.limit() / 2);
            Ok(Reply::Later(Box::pin(async move { keys.await.map(array) })))
        }
    }
}

impl Call<'_> {
    /// An argument that is to be stored.
    pub(super) fn to_store(&self, value: Value) -> Result<New, Error> {
        let new = New::of(value, &self.meter())?;
        self.make_room(NOTED_BYTES);
        Ok(new.holding(self.keep_held()))
    }

    /// Collects garbage when there is no room for so much more.
    pub(super) fn make_room(&self, bytes: usize) {
        // SAFETY: the state is running this call.
        unsafe { meter::make_room(self.state, self.context, bytes) }
    }

    /// A time to live in milliseconds: a number (the original's way), or `{ttl = ms}`.
    fn ttl(&self, index: std::ffi::c_int) -> Result<Option<f64>, Error> {
        if self.is_table(index) {
            self.number_field(index, "ttl")
        } else {
            self.number(index)
        }
    }
}
