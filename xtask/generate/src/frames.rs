//! gloo-worker's outer frames, which are private there: the same shape, so that they take
//! part in the generated types, schema and vectors. A handler id is a `usize` in gloo; both
//! are the same varint on the wire.

use pubwiki_lua_runtime::protocol::{Event, Request};
use serde::{Deserialize, Serialize};

/// Host to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub enum ToWorker {
    /// A bridge is there.
    Connected(u32),
    /// A message for the actor.
    ProcessInput(u32, Request),
    /// A bridge is gone.
    Disconnected(u32),
    /// The worker is to end.
    Destroy,
}

/// Worker to host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub enum FromWorker {
    /// The worker listens.
    WorkerLoaded,
    /// A message from the actor.
    ProcessOutput(u32, Event),
}
