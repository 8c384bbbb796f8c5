//! Reading and writing.

use crate::protocol::{Error, Value};
use crate::sandbox::call::{Api, Call, Reply};
use crate::sandbox::context::Context;
use crate::sandbox::fuel;
use crate::state::{Access, Lookup, Patience};

/// To tell a watcher of a change takes as long as to look at so many bytes.
const WATCHER_BYTES: usize = 1024;

/// The same for a listing to look at a record or a namespace.
const LISTED_BYTES: usize = 128;

/// The same for a write: without it a script of writes gave turns so seldom that half of it had
/// run before the first batch was on its way.
const WRITTEN_BYTES: usize = 4096;

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
    call.check_growth()?;
    match call.access()?.get(call.text(1)?)? {
        Lookup::Ready(found) => Ok(found.map_or(default, Reply::from_stored)),
        Lookup::Later(found) => Ok(Reply::Later(Box::pin(async move {
            // The arguments are still on the stack when the answer comes.
            Ok(found.await?.map_or(default, Reply::from_stored))
        }))),
    }
}

impl Reply {
    /// A stored null reads as nil, not as the default.
    fn from_stored(value: std::rc::Rc<Value>) -> Self {
        Reply::Shared(value)
    }
}

fn set(call: &mut Call<'_>) -> Result<Reply, Error> {
    let ttl = call.ttl(3)?;
    let key = call.text(1)?;
    if call.is_nil(2) {
        return delete_key(call, key).map(|_| Reply::Nothing);
    }
    let (value, access) = (call.value(2)?, call.access()?);
    burn_for_write(access);
    match access.set(key, value, ttl)? {
        Lookup::Ready(()) => call.check_growth(),
        Lookup::Later(done) => Ok(Reply::Later(Box::pin(async move {
            done.await.map(|()| Reply::Nothing)
        }))),
    }
}

/// Burns fuel for a change and for telling its watchers.
pub(super) fn burn_for_write(access: &Access) {
    fuel::burn(WRITTEN_BYTES + access.watchers() * WATCHER_BYTES);
}

fn delete(call: &mut Call<'_>) -> Result<Reply, Error> {
    delete_key(call, call.text(1)?)
}

fn delete_key(call: &Call<'_>, key: &str) -> Result<Reply, Error> {
    let access = call.access()?;
    call.check_growth()?;
    burn_for_write(access);
    match access.delete(key)? {
        Lookup::Ready(was) => Ok(Reply::Bool(was)),
        Lookup::Later(was) => Ok(Reply::Later(Box::pin(
            async move { was.await.map(Reply::Bool) },
        ))),
    }
}

fn list(call: &mut Call<'_>) -> Result<Reply, Error> {
    let array =
        |keys: Vec<String>| Reply::Value(Value::Array(keys.into_iter().map(Value::Str).collect()));
    let access = call.access()?;
    call.check_growth()?;
    let patience = match call.can_wait() {
        true => Patience::Waits,
        false => Patience::Hurries,
    };
    match access.list_with(call.text(1)?, patience)? {
        Lookup::Ready(keys) => {
            fuel::burn(access.looked_at() * LISTED_BYTES);
            Ok(array(keys))
        }
        Lookup::Later(keys) => Ok(Reply::Later(Box::pin(async move { keys.await.map(array) }))),
    }
}

impl Call<'_> {
    /// What the run has made State grow by counts for its memory.
    pub(super) fn check_growth(&self) -> Result<Reply, Error> {
        #[expect(clippy::cast_precision_loss, reason = "limits are below 2^53")]
        let most = self.context.limits.memory_bytes as f64;
        if self.access()?.outgrows(most) {
            // SAFETY: the state is running this call.
            return Err(unsafe { Context::out_of_memory(self.state) });
        }
        Ok(Reply::Nothing)
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
