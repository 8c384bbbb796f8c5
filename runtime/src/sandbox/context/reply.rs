//! The result of a function of the sandbox.

use crate::ledger::{block, weigh};
use crate::modules::Module;
use crate::protocol::Value;
use crate::state::Item;
use crate::storage::Pending;
use mlua::ffi;
use std::ffi::c_int;
use std::rc::Rc;

/// The result of a function of the sandbox.
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
    /// What State holds.
    Stored(Item),
    /// Any number of values: `nil`, booleans and values.
    Many(Vec<Reply>),
    /// The argument at this index.
    Argument(c_int),
    /// A module's main chunk, compiled.
    Chunk(Rc<Module>),
    /// A closure that requires the module of this spec: the function's upvalues are `package` and the spec.
    Loader(String, ffi::lua_CFunction),
    /// What comes of this, later.
    Later(Pending<Reply>),
}

impl Reply {
    /// The bytes that it takes while it is pushed, besides what is kept elsewhere too.
    pub(in crate::sandbox) fn weight(&self) -> usize {
        match self {
            Self::Bytes(bytes) => block(bytes.capacity()),
            Self::Loader(spec, _) => block(spec.capacity()),
            Self::Value(value) => weigh(value),
            Self::Shared(value) if Rc::strong_count(value) == 1 => weigh(value),
            Self::Many(replies) => replies.iter().map(Self::weight).sum(),
            _ => 0,
        }
    }
}
