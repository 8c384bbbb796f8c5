//! The errors that functions of the sandbox have raised, so that the page is told all of them.

use super::calm;
use crate::protocol::Error;
use mlua::ffi;
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};

/// How many are remembered: a script may catch one, and raise it again after others.
const KEPT: c_int = 8;

/// The registry's key for the list of their tables: its address. The list keeps the tables, so that
/// no other value is taken for one of them.
static LIST: u8 = 0;

fn list_key() -> *const c_void {
    (&raw const LIST).cast()
}

/// A place in the list.
#[derive(Clone, Copy)]
pub(super) struct Place(c_int);

/// The last errors that were raised, each at the place that its table has in the list.
#[derive(Default)]
pub(super) struct Raised {
    errors: RefCell<[Option<Error>; KEPT as usize]>,
    next: Cell<c_int>,
}

/// Makes the list.
///
/// # Safety
/// `state` has room for two values and may raise.
pub(super) unsafe fn install(state: *mut ffi::lua_State) {
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
    /// Remembers `error`, whose table is on the top. Raises nothing.
    ///
    /// # Safety
    /// `state` has room for two values, and [`install`] has been called.
    pub(super) unsafe fn keep(&self, state: *mut ffi::lua_State, error: Error) {
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

    /// Where the error is whose table is at `index`, if it is one of them. Raises nothing.
    ///
    /// # Safety
    /// As for [`Raised::keep`]; `index` is absolute.
    pub(super) unsafe fn find(&self, state: *mut ffi::lua_State, index: c_int) -> Option<Place> {
        // SAFETY: the list is a table.
        unsafe {
            // Places that were never taken hold false.
            if ffi::lua_type(state, index) != ffi::LUA_TTABLE {
                return None;
            }
            ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, list_key());
            let place = (0..KEPT).find(|place| {
                ffi::lua_rawgeti(state, -1, (place + 1).into());
                let same = ffi::lua_rawequal(state, -1, index) != 0;
                ffi::lua_pop(state, 1);
                same
            });
            ffi::lua_pop(state, 1);
            place.map(Place)
        }
    }

    /// The error at that place; then it is forgotten.
    pub(super) fn take(&self, Place(place): Place) -> Option<Error> {
        self.errors.borrow_mut()[place as usize].take()
    }
}
