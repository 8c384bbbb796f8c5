//! gloo-worker's envelope around the requests, and what takes a bad frame's place.

use super::{Error, Request, VERSION, decode as decode_message};
use serde::de::DeserializeOwned;

/// `ProcessInput` among gloo's frames to a worker.
const PROCESS_INPUT: u32 = 1;
/// `Open` among the requests.
const OPEN: u32 = 0;

/// Decodes a frame to a worker. Invalid bytes become the frame of a
/// [`Request::Malformed`] that says why.
///
/// ```
/// use pubwiki_lua_runtime::protocol::{Request, frame};
///
/// // As gloo-worker's frames to a worker are on the wire: which, the host's id, the request.
/// let (_, _, request): (u32, u32, Request) = frame::decode(b"not a frame")?;
/// assert!(matches!(request, Request::Malformed { .. }));
/// # Ok::<(), pubwiki_lua_runtime::protocol::Error>(())
/// ```
///
/// # Errors
/// Only when `T` is not gloo's frame of requests to a worker.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    decode_message(bytes).or_else(|error| match foreign_version(bytes) {
        Some(version) => decode_malformed(&version_mismatch(version).message),
        None => decode_malformed(&error.message),
    })
}

/// The frame of a [`Request::Malformed`] that says `message`.
///
/// # Errors
/// Only when `T` is not gloo's frame of requests to a worker.
pub fn decode_malformed<T: DeserializeOwned>(message: &str) -> Result<T, Error> {
    // Frame, the host's id, request.
    let substitute = (
        PROCESS_INPUT,
        1_u32,
        Request::Malformed {
            message: message.into(),
        },
    );
    decode_message(&super::encode(&substitute)?)
}

/// The version of an Open that speaks another one. The rest of it may be of any form.
fn foreign_version(bytes: &[u8]) -> Option<u32> {
    let ((frame, _host, request, version), _) =
        postcard::take_from_bytes::<(u32, u32, u32, u32)>(bytes).ok()?;
    (frame == PROCESS_INPUT && request == OPEN && version != VERSION).then_some(version)
}

/// The error of two versions that do not fit.
pub(crate) fn version_mismatch(host: u32) -> Error {
    Error::protocol(format!(
        "the page speaks version {host} of the protocol and the worker version {VERSION}: load both from the same \
         release of pubwiki-lua"
    ))
}
