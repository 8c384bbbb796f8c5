//! The errors that functions of the sandbox have raised, so that the page is told all of them.

use super::reply::Reply;
use crate::protocol::{Error, ErrorKind, Value};
use crate::sandbox::calm;
use mlua::ffi;
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};

/// How many are remembered: a script may catch one, and raise it again after others.
const KEPT: c_int = 8;

/// The registry's key for the list of their texts: its address.
static LIST: u8 = 0;

fn list_key() -> *const c_void {
    (&raw const LIST).cast()
}

/// A place in the list.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct RaisedIndex(c_int);

/// The last errors that were raised, each at the place that its text has in the list.
#[derive(Default)]
pub(in crate::sandbox) struct Raised {
    errors: RefCell<[Option<Error>; KEPT as usize]>,
    next: Cell<c_int>,
}

/// Makes the list.
///
/// # Safety
/// `state` has room for two values and may raise.
pub(in crate::sandbox) unsafe fn install(state: *mut ffi::lua_State) {
    unsafe {
        ffi::lua_createtable(state, KEPT, 0);
        for place in 1..=KEPT {
            ffi::lua_pushboolean(state, 0);
            ffi::lua_rawseti(state, -2, place.into());
        }
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, list_key());
    }
}

impl Raised {
    /// Remembers `error`, whose text is on the top. Raises nothing.
    ///
    /// # Safety
    /// `state` has room for two values, and [`install`] has been called.
    pub(in crate::sandbox) unsafe fn keep(&self, state: *mut ffi::lua_State, error: Error) {
        let place = self.next.get();
        self.next.set((place + 1) % KEPT);
        // SAFETY: the list has that place already.
        unsafe {
            ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, list_key());
            ffi::lua_pushvalue(state, -2);
            calm::replace_item(state, -2, (place + 1).into());
            ffi::lua_pop(state, 1);
        }
        self.errors.borrow_mut()[place as usize] = Some(error);
    }

    /// Where the error is whose text is at `index`, if it is of one of them. Where a script or a
    /// coroutine has raised it again, it begins with places of its own. Raises nothing.
    ///
    /// # Safety
    /// As for [`Raised::keep`]; `index` is absolute.
    pub(in crate::sandbox) unsafe fn find(
        state: *mut ffi::lua_State,
        index: c_int,
    ) -> Option<RaisedIndex> {
        // SAFETY: the list is a table, and its texts stay in it.
        unsafe {
            if ffi::lua_type(state, index) != ffi::LUA_TSTRING {
                return None;
            }
            let text = calm::bytes(state, index);
            ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, list_key());
            let place = (0..KEPT).find(|place| {
                ffi::lua_rawgeti(state, -1, (place + 1).into());
                let is_text = ffi::lua_type(state, -1) == ffi::LUA_TSTRING;
                let same = is_text
                    && text
                        .strip_suffix(calm::bytes(state, -1))
                        .is_some_and(are_places);
                ffi::lua_pop(state, 1);
                same
            });
            ffi::lua_pop(state, 1);
            place.map(RaisedIndex)
        }
    }

    /// What the error at that place has in its field of this name.
    pub(in crate::sandbox) fn field(&self, RaisedIndex(place): RaisedIndex, name: &[u8]) -> Reply {
        let errors = self.errors.borrow();
        let Some(error) = &errors[place as usize] else {
            return Reply::Nil;
        };
        match (name, &*error.kind) {
            (b"code", kind) => Reply::Bytes(kind.code().into()),
            (b"message", _) => Reply::Bytes(error.message.as_bytes().into()),
            (b"cause", ErrorKind::Host { value, .. }) => Reply::Value(value.clone()),
            _ => Reply::Nil,
        }
    }

    /// The error at that place; then it is forgotten.
    pub(in crate::sandbox) fn take(&self, RaisedIndex(place): RaisedIndex) -> Option<Error> {
        let mut error = self.errors.borrow_mut()[place as usize].take();
        if let Some(ErrorKind::Host { value, .. }) = error.as_mut().map(|error| &mut *error.kind) {
            // The page has what it threw.
            *value = Value::Nil;
        }
        error
    }
}

/// Whether this is nothing, or places such as `main.lua:3: `.
fn are_places(text: &[u8]) -> bool {
    let Some(rest) = text.strip_suffix(b": ") else {
        return text.is_empty();
    };
    let digits = rest.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let before = &rest[..rest.len() - digits.count()];
    before.len() < rest.len() && before.ends_with(b":")
}
