//! From Lua's stack to a value.

use super::{array_key, bytes_at, push_null};
use crate::ledger::{Held, block, grow};
use crate::protocol::limits::VALUE_DEPTH;
use crate::protocol::{Error, ErrorKind, Value};
use crate::sandbox::calm;
use crate::sandbox::context::Context;
use crate::sandbox::native::fuel;
use crate::sandbox::native::meter;
use crate::text;
use mlua::ffi;
use std::cell::Cell;
use std::ffi::{CStr, c_int, c_void};
use std::fmt;

/// The memory that a value takes besides the bytes of its strings.
const VALUE_BYTES: usize = size_of::<Value>();

/// Reads the value at `index`. Raises nothing and runs no metamethod.
///
/// # Errors
/// [`ErrorKind::Value`], its path beginning with `name`, for what cannot cross: a function,
/// a coroutine, a userdata, a mixed or sparse table, a cycle, or more than [`VALUE_DEPTH`].
/// What the value takes is added to `held`; when the run has no room for it, that ends the run: a
/// table that is shared is read as often as it is met.
///
/// # Safety
/// `index` is valid.
pub(in crate::sandbox) unsafe fn read(
    state: *mut ffi::lua_State,
    index: c_int,
    name: &str,
    held: &Held,
) -> Result<Value, Error> {
    unsafe { Reader::new(state, name, Budget::Run(held)).read_at(index) }
}

/// As [`read`], of a value that takes no more than `limit` bytes; none for any other.
///
/// # Safety
/// As [`read`].
pub(in crate::sandbox) unsafe fn read_small(
    state: *mut ffi::lua_State,
    index: c_int,
    limit: usize,
) -> Option<Value> {
    unsafe {
        Reader::new(state, "", Budget::Small(Cell::new(limit)))
            .read_at(index)
            .ok()
    }
}

/// Where the bytes of a value come from.
enum Budget<'a> {
    /// The run, which ends when it has no more.
    Run(&'a Held),
    /// These, for a value that may be too large.
    Small(Cell<usize>),
}

enum Step {
    Index(usize),
    Field(String),
}

struct Reader<'a> {
    state: *mut ffi::lua_State,
    context: Option<&'a Context>,
    name: &'a str,
    budget: Budget<'a>,
    tables: Vec<*const c_void>,
    path: Vec<Step>,
}

impl<'a> Reader<'a> {
    unsafe fn new(state: *mut ffi::lua_State, name: &'a str, budget: Budget<'a>) -> Self {
        Self {
            state,
            context: unsafe { Context::of(state) },
            name,
            budget,
            tables: Vec::new(),
            path: Vec::new(),
        }
    }

    unsafe fn read_at(&mut self, index: c_int) -> Result<Value, Error> {
        let value = unsafe { self.read(ffi::lua_absindex(self.state, index)) };
        value.map(Option::unwrap_or_default)
    }

    /// None is `json.null`.
    unsafe fn read(&mut self, index: c_int) -> Result<Option<Value>, Error> {
        self.hold(VALUE_BYTES)?;
        unsafe { self.read_held(index) }
    }

    /// As [`Reader::read`], of a value whose place is held already.
    unsafe fn read_held(&mut self, index: c_int) -> Result<Option<Value>, Error> {
        self.work(VALUE_BYTES)?;
        unsafe {
            let state = self.state;
            Ok(Some(match ffi::lua_type(state, index) {
                ffi::LUA_TNONE | ffi::LUA_TNIL => Value::Nil,
                ffi::LUA_TBOOLEAN => Value::Bool(ffi::lua_toboolean(state, index) != 0),
                ffi::LUA_TNUMBER => match calm::integer(state, index) {
                    Some(integer) => Value::Int(integer),
                    None => Value::Float(calm::number(state, index).unwrap_or_default()),
                },
                ffi::LUA_TSTRING => {
                    let bytes = bytes_at(state, index);
                    self.take(block(bytes.len()))?;
                    match std::str::from_utf8(bytes) {
                        Ok(text) => Value::Str(text.to_owned()),
                        Err(_) => Value::Bytes(bytes.to_owned()),
                    }
                }
                ffi::LUA_TTABLE => self.table(index)?,
                ffi::LUA_TUSERDATA if self.is_null(index) => return Ok(None),
                other => {
                    let kind = CStr::from_ptr(ffi::lua_typename(state, other)).to_string_lossy();
                    return Err(self.error(&format!("a {kind} cannot cross")));
                }
            }))
        }
    }

    /// Tells of work on so many bytes.
    fn work(&self, bytes: usize) -> Result<(), Error> {
        match self.context {
            // SAFETY: the state is running.
            Some(context) => unsafe { fuel::work(self.state, context, bytes >> 4) },
            None => Ok(()),
        }
    }

    fn hold(&self, bytes: usize) -> Result<(), Error> {
        match (&self.budget, self.context) {
            // SAFETY: the state is running.
            (Budget::Run(held), Some(context)) => unsafe {
                meter::take(self.state, context, held, bytes)
            },
            (Budget::Run(_), None) => Ok(()),
            (Budget::Small(left), _) => {
                let rest = left.get().checked_sub(bytes);
                left.set(rest.ok_or_else(|| self.error("it is too large"))?);
                Ok(())
            }
        }
    }

    fn take(&self, bytes: usize) -> Result<(), Error> {
        self.hold(bytes)?;
        self.work(bytes)
    }

    fn give(&self, bytes: usize) {
        match &self.budget {
            Budget::Run(held) => held.less(bytes),
            Budget::Small(left) => left.set(left.get() + bytes),
        }
    }

    unsafe fn is_null(&self, index: c_int) -> bool {
        unsafe {
            if ffi::lua_checkstack(self.state, 1) == 0 {
                return false;
            }
            push_null(self.state);
            let same = ffi::lua_rawequal(self.state, index, -1) != 0;
            ffi::lua_pop(self.state, 1);
            same
        }
    }

    unsafe fn table(&mut self, index: c_int) -> Result<Value, Error> {
        unsafe {
            let address = ffi::lua_topointer(self.state, index);
            if self.tables.contains(&address) {
                return Err(self.error("a table that holds itself cannot cross"));
            }
            if self.tables.len() == VALUE_DEPTH || ffi::lua_checkstack(self.state, 4) == 0 {
                return Err(self.error(&format!("it nests deeper than {VALUE_DEPTH} levels")));
            }
            self.tables.push(address);
            ffi::lua_pushnil(self.state);
            let value = if !calm::next(self.state, index) {
                if self.is_array(index) {
                    Value::Array(Vec::new())
                } else {
                    Value::Object(Vec::new())
                }
            } else if ffi::lua_type(self.state, -2) == ffi::LUA_TSTRING {
                self.object(index)?
            } else {
                ffi::lua_pop(self.state, 2);
                self.array(index)?
            };
            self.tables.pop();
            Ok(value)
        }
    }

    unsafe fn is_array(&self, index: c_int) -> bool {
        unsafe {
            if ffi::lua_getmetatable(self.state, index) == 0 {
                return false;
            }
            ffi::lua_rawgetp(self.state, ffi::LUA_REGISTRYINDEX, array_key());
            let same = ffi::lua_rawequal(self.state, -1, -2) != 0;
            ffi::lua_pop(self.state, 2);
            same
        }
    }

    /// Key and value of the first field are on the stack.
    unsafe fn object(&mut self, index: c_int) -> Result<Value, Error> {
        unsafe {
            let mut fields = Vec::new();
            loop {
                if ffi::lua_type(self.state, -2) != ffi::LUA_TSTRING {
                    return Err(self.error("a table with keys of several kinds cannot cross"));
                }
                let Ok(key) = std::str::from_utf8(bytes_at(self.state, -2)) else {
                    return Err(self.error("a table with a key that is not UTF-8 cannot cross"));
                };
                self.take(block(key.len()))?;
                self.path.push(Step::Field(key.to_owned()));
                let value = self.read(ffi::lua_gettop(self.state))?.unwrap_or_default();
                if let Some(Step::Field(key)) = self.path.pop() {
                    grow(
                        &mut fields,
                        |bytes| self.take(bytes),
                        |bytes| self.give(bytes),
                    )?;
                    fields.push((key, value));
                }
                ffi::lua_pop(self.state, 1);
                if !calm::next(self.state, index) {
                    return Ok(Value::Object(fields));
                }
            }
        }
    }

    unsafe fn array(&mut self, index: c_int) -> Result<Value, Error> {
        unsafe {
            let state = self.state;
            let len = ffi::lua_rawlen(state, index);
            let mut count = 0;
            ffi::lua_pushnil(state);
            while calm::next(state, index) {
                ffi::lua_pop(state, 1);
                let key = calm::integer(state, -1).and_then(|key| usize::try_from(key).ok());
                if !key.is_some_and(|key| (1..=len).contains(&key)) {
                    ffi::lua_pop(state, 1);
                    return Err(self.error(
                        "a table that is neither a sequence nor of string keys alone cannot cross",
                    ));
                }
                count += 1;
            }
            if count != len {
                return Err(
                    self.error("a sequence with holes cannot cross; json.null can stand in them")
                );
            }
            self.hold(block(len.saturating_mul(VALUE_BYTES)))?;
            let mut items = Vec::with_capacity(len);
            for position in 1..=len {
                self.path.push(Step::Index(position));
                ffi::lua_rawgeti(state, index, position as ffi::lua_Integer);
                items.push(self.read_held(ffi::lua_gettop(state))?.unwrap_or_default());
                ffi::lua_pop(state, 1);
                self.path.pop();
            }
            Ok(Value::Array(items))
        }
    }

    fn error(&self, what: &str) -> Error {
        let path = text::written(self, text::PATH_BYTES);
        let message = format!("{path}: {what}");
        Error::new(ErrorKind::Value { path }, message)
    }
}

/// The path of what is being read.
impl fmt::Display for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        self.path.iter().try_for_each(|step| match step {
            Step::Index(position) => write!(f, "[{position}]"),
            Step::Field(key) => write!(f, ".{}", text::name(key)),
        })
    }
}
