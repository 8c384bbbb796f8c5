//! The messages between the host and the worker, defined once.
//!
//! Postcard on the wire, externally tagged enums, `u32` ids. The TypeScript types and the
//! wire schema in `host-js/src/generated` are generated from this module by
//! `cargo xtask generate`; a new variant goes at the end of its enum.
//!
//! # Basic usage
//!
//! A page in Rust opens a session, runs a script, and reads the answer of the same id
//! (`tests/rust-page` does so over gloo-worker's spawner):
//!
//! ```
//! use pubwiki_lua_runtime::protocol::*;
//!
//! let open = Request::Open {
//!     version: VERSION,
//!     options: OpenOptions {
//!         backend: BackendChoice::Memory,
//!         limits: RunLimits::default(),
//!         modules: ModulePolicy::BuiltIn,
//!         allow_self_named_scripts: false,
//!         resolves: false,
//!         compile: None,
//!     },
//! };
//! let run = Request::Run {
//!     id: 1,
//!     spec: RunSpec {
//!         script_id: Some("main".into()),
//!         code: "return ...".into(),
//!         name: None,
//!         args: vec![Value::Int(7), Value::Str("seven".into())],
//!         limits: RunLimits { timeout_ms: Some(5_000), ..RunLimits::default() },
//!         keep_alive: false,
//!         dialect: Dialect::Lua54,
//!     },
//! };
//! for request in [open, run] {
//!     let bytes = encode(&request)?;
//!     assert_eq!(decode::<Request>(&bytes)?, request);
//! }
//! # Ok::<(), Error>(())
//! ```

mod error;
mod event;
pub mod frame;
pub mod limits;
mod local_storage;
mod module;
mod namespace;
mod part;
mod record;
mod request;
mod state;
mod value;

pub use error::{Error, ErrorKind, HostError, Limit, MOST_KEYS, OFFLINE, OUTCOME_UNKNOWN};
pub use event::{Answer, Artifact, Event, HostCall, Notice, RunOutcome, RunStats};
pub use local_storage::{ExpiredItem, LocalStorageItem, LocalStorageOp};
pub use module::{ModuleOp, ModulePolicy, ModuleQuestion, ModuleVerdict};
pub use namespace::NamespaceConfig;
pub use part::Part;
pub use record::{BackendAnswer, BackendChange, BackendOp, Record};
pub use request::{
    BackendChoice, Dialect, Durability, Heat, HostAnswer, HostMethods, OpenOptions, Request,
    RunLimits, RunSpec,
};
pub use state::{Declaration, EntryOrder, StateAnswer, StateEntry, StateOp, StoreOp};
pub use value::Value;

/// The protocol's version. Both sides name theirs in their first message and refuse another.
pub const VERSION: u32 = 1;

/// Encodes a message.
///
/// # Errors
/// None of the protocol's own types fails to encode; the error is there for the type's sake.
pub fn encode<T: serde::Serialize>(message: &T) -> Result<Vec<u8>, Error> {
    postcard::to_stdvec(message)
        .map_err(|cause| Error::protocol(format!("a message does not encode: {cause}")))
}

/// Decodes exactly one message from `bytes`.
///
/// ```
/// use pubwiki_lua_runtime::protocol::{Event, decode, encode};
///
/// let mut bytes = encode(&Event::Heartbeat)?;
/// assert_eq!(decode::<Event>(&bytes)?, Event::Heartbeat);
///
/// bytes.push(0);
/// let error = decode::<Event>(&bytes).unwrap_err();
/// assert_eq!(error.kind.code(), "PROTOCOL_ERROR");
/// # Ok::<(), pubwiki_lua_runtime::protocol::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Protocol`] when the bytes are not a `T`, or when some are left over.
pub fn decode<T: for<'de> serde::Deserialize<'de>>(bytes: &[u8]) -> Result<T, Error> {
    let (message, rest) = postcard::take_from_bytes(bytes).map_err(|cause| {
        Error::protocol(format!(
            "a message of {} bytes does not decode: {cause}",
            bytes.len()
        ))
    })?;
    if rest.is_empty() {
        Ok(message)
    } else {
        Err(Error::protocol(format!(
            "a message is followed by {} stray bytes",
            rest.len()
        )))
    }
}
