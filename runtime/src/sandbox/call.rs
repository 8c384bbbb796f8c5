//! How Lua calls the sandbox's functions: arguments in, reply or error out.

use super::context::Context;
use super::errors::raise;
use super::fuel::raise_stop;
use super::marshal;
use super::package::push_chunk;
use super::wait::wait;
use crate::modules::Module;
use crate::protocol::{Error, ErrorKind, Value};
use crate::storage::Pending;
use mlua::ffi;
use std::ffi::{CStr, c_int, c_void};
use std::rc::Rc;

/// A function of the sandbox. It never raises: it returns.
pub type Api = fn(&mut Call<'_>) -> Result<Reply, Error>;

/// What a function gives back.
pub enum Reply {
    /// No value.
    Nothing,
    /// `nil`.
    Nil,
    /// `json.null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A string.
    Bytes(Vec<u8>),
    /// A value.
    Value(Value),
    /// A value that is kept elsewhere too.
    Shared(Rc<Value>),
    /// Several values.
    Many(Vec<Value>),
    /// The argument at this index.
    Argument(c_int),
    /// A module's main chunk, compiled.
    Chunk(Rc<Module>),
    /// What comes of this, later.
    Later(Pending<Reply>),
}

/// A call: its arguments and its run.
pub struct Call<'a> {
    pub(super) state: *mut ffi::lua_State,
    pub(super) context: &'static Context,
    function: &'a str,
}

impl Call<'_> {
    /// How many arguments there are.
    pub fn count(&self) -> c_int {
        // SAFETY: the state is running this call.
        unsafe { ffi::lua_gettop(self.state) }
    }

    /// Whether the argument is absent or nil.
    pub fn is_nil(&self, index: c_int) -> bool {
        // SAFETY: as above.
        unsafe { ffi::lua_isnoneornil(self.state, index) != 0 }
    }

    /// Whether the argument is a table.
    pub fn is_table(&self, index: c_int) -> bool {
        // SAFETY: as above.
        unsafe { ffi::lua_type(self.state, index) == ffi::LUA_TTABLE }
    }

    /// The text of a global, if it is a string.
    pub(super) fn global_text(&self, name: &CStr) -> Option<String> {
        // SAFETY: raw access raises nothing; a call has room for two values.
        unsafe {
            ffi::lua_rawgeti(self.state, ffi::LUA_REGISTRYINDEX, ffi::LUA_RIDX_GLOBALS);
            ffi::lua_pushstring(self.state, name.as_ptr());
            ffi::lua_rawget(self.state, -2);
            let text = (ffi::lua_type(self.state, -1) == ffi::LUA_TSTRING)
                .then(|| String::from_utf8_lossy(marshal::bytes_at(self.state, -1)).into_owned());
            ffi::lua_pop(self.state, 2);
            text
        }
    }

    /// Prints a string argument as a line.
    pub(super) fn print_line(&self, index: c_int) {
        // SAFETY: a string is not converted.
        if unsafe { ffi::lua_type(self.state, index) } == ffi::LUA_TSTRING {
            self.context
                .print(unsafe { marshal::bytes_at(self.state, index) });
            self.context.print(b"\n");
        }
    }

    /// Marks a table argument as an array; false when it is none.
    pub(super) fn mark_array(&self, index: c_int) -> bool {
        if !self.is_table(index) {
            return false;
        }
        // SAFETY: setting a metatable raises nothing; a call has room for two values.
        unsafe {
            ffi::lua_pushvalue(self.state, index);
            marshal::mark_array(self.state);
            ffi::lua_pop(self.state, 1);
        }
        true
    }

    /// A string argument of UTF-8, such as a key.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for anything else.
    pub fn text(&self, index: c_int) -> Result<&str, Error> {
        // SAFETY: a string is not converted, and stays while it is an argument.
        let bytes = unsafe {
            if ffi::lua_type(self.state, index) != ffi::LUA_TSTRING {
                return Err(self.bad_argument(index, "string", ffi::lua_type(self.state, index)));
            }
            marshal::bytes_at(self.state, index)
        };
        super::fuel::burn(bytes.len());
        std::str::from_utf8(bytes).map_err(|_| {
            Error::new(
                ErrorKind::Value {
                    path: format!("argument {index}"),
                },
                format!(
                    "bad argument #{index} to '{}' (the string is not UTF-8)",
                    self.function
                ),
            )
        })
    }

    /// A number argument; none when it is absent or nil.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for anything else.
    pub fn number(&self, index: c_int) -> Result<Option<f64>, Error> {
        if self.is_nil(index) {
            return Ok(None);
        }
        // SAFETY: as above.
        unsafe {
            if ffi::lua_type(self.state, index) != ffi::LUA_TNUMBER {
                return Err(self.bad_argument(index, "number", ffi::lua_type(self.state, index)));
            }
            Ok(Some(ffi::lua_tonumber(self.state, index)))
        }
    }

    /// The number in the field of a table argument; none when either is absent.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when the argument is no table or the field no number.
    pub fn number_field(&self, index: c_int, field: &str) -> Result<Option<f64>, Error> {
        if self.is_nil(index) {
            return Ok(None);
        }
        match self.value(index)? {
            Value::Object(fields) => match fields.into_iter().find(|(name, _)| name == field) {
                None | Some((_, Value::Nil)) => Ok(None),
                #[expect(clippy::cast_precision_loss, reason = "a count of milliseconds")]
                Some((_, Value::Int(number))) => Ok(Some(number as f64)),
                Some((_, Value::Float(number))) => Ok(Some(number)),
                Some(_) => Err(Error::new(
                    ErrorKind::Value {
                        path: format!("argument {index}.{field}"),
                    },
                    format!(
                        "bad argument #{index} to '{}' (field '{field}' is not a number)",
                        self.function
                    ),
                )),
            },
            _ => {
                Err(self.bad_argument(index, "table", unsafe { ffi::lua_type(self.state, index) }))
            }
        }
    }

    /// Any argument that can cross.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], with the path, for one that cannot.
    pub fn value(&self, index: c_int) -> Result<Value, Error> {
        // SAFETY: the state is running this call, and reading raises nothing.
        unsafe { marshal::read(self.state, index, "value") }
    }

    fn bad_argument(&self, index: c_int, expected: &str, got: c_int) -> Error {
        // SAFETY: lua_typename gives static text.
        let got = if got == ffi::LUA_TNONE {
            "no value".into()
        } else {
            unsafe { CStr::from_ptr(ffi::lua_typename(self.state, got)) }.to_string_lossy()
        };
        Error::new(
            ErrorKind::Value {
                path: format!("argument {index}"),
            },
            format!(
                "bad argument #{index} to '{}' ({expected} expected, got {got})",
                self.function
            ),
        )
    }
}

/// Pushes `api` as a Lua function that errors call `name`.
///
/// # Safety
/// `state` has room for three values and may raise.
pub(super) unsafe fn push_function(state: *mut ffi::lua_State, name: &'static str, api: Api) {
    unsafe {
        ffi::lua_pushlightuserdata(state, api as *mut c_void);
        ffi::lua_pushlstring(state, name.as_ptr().cast(), name.len());
        ffi::lua_pushcclosure(state, enter, 2);
    }
}

unsafe extern "C-unwind" fn enter(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        let api: Api = std::mem::transmute(ffi::lua_touserdata(state, ffi::lua_upvalueindex(1)));
        let name = marshal::bytes_at(state, ffi::lua_upvalueindex(2));
        let answer = api(&mut Call {
            state,
            context,
            function: std::str::from_utf8_unchecked(name),
        });
        match answer {
            Ok(Reply::Later(operation)) => wait(state, context, operation),
            answer => finish(state, context, answer),
        }
    }
}

/// Pushes a reply, or raises the error.
///
/// # Safety
/// `state` is running a function of the sandbox.
pub(super) unsafe fn finish(
    state: *mut ffi::lua_State,
    context: &'static Context,
    answer: Result<Reply, Error>,
) -> c_int {
    unsafe {
        match answer {
            Err(error) => raise(state, context, error),
            Ok(_) if context.stop.is_set() => {
                drop(answer);
                raise_stop(state)
            }
            Ok(Reply::Nothing | Reply::Later(_)) => return 0,
            Ok(Reply::Nil) => ffi::lua_pushnil(state),
            Ok(Reply::Null) => marshal::push_null(state),
            Ok(Reply::Bool(value)) => ffi::lua_pushboolean(state, c_int::from(value)),
            Ok(Reply::Argument(index)) => ffi::lua_pushvalue(state, index),
            Ok(Reply::Chunk(module)) => return push_chunk(state, context, module),
            Ok(reply) => return push_parked(state, context, reply),
        }
        1
    }
}

/// Pushes what may raise for want of memory: it is parked in the context meanwhile, so that
/// it is dropped in any case.
unsafe fn push_parked(state: *mut ffi::lua_State, context: &Context, reply: Reply) -> c_int {
    let depth = context.parked.borrow().len();
    let reply = Box::new(reply);
    let parked: *const Reply = &raw const *reply;
    context.parked.borrow_mut().push(reply);
    let mut count = 1;
    // SAFETY: the box stays in the context while this runs; finalizers that run meanwhile
    // park above it.
    unsafe {
        match &*parked {
            Reply::Bytes(bytes) => {
                ffi::lua_pushlstring(state, bytes.as_ptr().cast(), bytes.len());
            }
            Reply::Value(value) => marshal::push(state, value),
            Reply::Shared(value) => marshal::push(state, value),
            Reply::Many(values) => {
                count = c_int::try_from(values.len()).unwrap_or(c_int::MAX);
                ffi::luaL_checkstack(state, count, std::ptr::null());
                values.iter().for_each(|value| marshal::push(state, value));
            }
            Reply::Nothing
            | Reply::Nil
            | Reply::Null
            | Reply::Bool(_)
            | Reply::Argument(_)
            | Reply::Chunk(_)
            | Reply::Later(_) => {
                ffi::lua_pushnil(state);
            }
        }
    }
    context.parked.borrow_mut().truncate(depth);
    count
}
