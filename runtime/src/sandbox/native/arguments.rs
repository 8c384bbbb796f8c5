//! The arguments of a call, and the errors of bad ones.

use super::marshal;
use super::native_fn::Call;
use crate::protocol::{Error, ErrorKind, Value};
use crate::sandbox::calm;
use crate::sandbox::context::output::Stream;
use crate::sandbox::context::tank;
use crate::text;
use mlua::ffi;
use std::ffi::{CStr, c_int, c_void};

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

    /// The text of the global whose name the registry has under `key`, if it is a string;
    /// cut when it is longer than a name.
    pub(in crate::sandbox) fn global_text(&self, key: *const c_void) -> Option<String> {
        // SAFETY: raw access by a name that is there raises nothing; a call has room for two values.
        unsafe {
            ffi::lua_rawgeti(self.state, ffi::LUA_REGISTRYINDEX, ffi::LUA_RIDX_GLOBALS);
            ffi::lua_rawgetp(self.state, ffi::LUA_REGISTRYINDEX, key);
            ffi::lua_rawget(self.state, -2);
            let text = (ffi::lua_type(self.state, -1) == ffi::LUA_TSTRING)
                .then(|| text::name(marshal::bytes_at(self.state, -1)).into_owned());
            ffi::lua_pop(self.state, 2);
            text
        }
    }

    /// Prints a string argument, a message, as a line.
    pub(in crate::sandbox) fn print_line(&self, index: c_int) {
        // SAFETY: a string is not converted.
        if unsafe { ffi::lua_type(self.state, index) } == ffi::LUA_TSTRING {
            // SAFETY: as above; the string is an argument.
            let line = unsafe { marshal::bytes_at(self.state, index) };
            if line.len() <= text::MESSAGE_BYTES {
                self.context.print(Stream::Output, line);
            } else {
                let line = text::bounded(line, text::MESSAGE_BYTES);
                self.context.print(Stream::Output, line.as_bytes());
            }
            self.context.print(Stream::Output, b"\n");
        }
    }

    /// Marks a table argument as an array; false when it is none.
    pub(in crate::sandbox) fn mark_array(&self, index: c_int) -> bool {
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
        tank::burn(bytes.len());
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
        match unsafe { calm::number(self.state, index) } {
            Some(number) => Ok(Some(number)),
            None => {
                Err(self.bad_argument(index, "number", unsafe { ffi::lua_type(self.state, index) }))
            }
        }
    }

    /// The number in the field of a table argument; none when either is absent.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when the argument is not a table or the field not a number.
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

    /// Any argument that can cross. It counts as held until the call has ended.
    ///
    /// # Errors
    /// [`ErrorKind::Value`], with the path, for one that cannot.
    pub fn value(&self, index: c_int) -> Result<Value, Error> {
        // SAFETY: the state is running this call, and reading raises nothing.
        unsafe { marshal::read(self.state, index, "value", &self.held) }
    }

    /// The arguments from `first` on.
    ///
    /// # Errors
    /// As [`Call::value`].
    pub(in crate::sandbox) fn values_from(&self, first: c_int) -> Result<Vec<Value>, Error> {
        (first..=self.count())
            .map(|index| self.value(index))
            .collect()
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
