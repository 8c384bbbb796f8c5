//! Postcard for gloo-worker's frames.

use gloo_worker::Codec;
use js_sys::Uint8Array;
use pubwiki_lua_runtime::protocol::frame;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue, UnwrapThrowExt as _};

/// Frames as postcard in a `Uint8Array`. A frame that does not decode is replaced by one that
/// says so: gloo's trait knows no errors.
pub struct Postcard;

impl Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        // None of the protocol's types fails to encode.
        let bytes = postcard::to_stdvec(&input).expect_throw("a message encodes");
        Uint8Array::from(bytes.as_slice()).into()
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        let decoded = match input.dyn_into::<Uint8Array>() {
            Ok(bytes) => frame::decode(&bytes.to_vec()),
            Err(_) => frame::decode_malformed("a message is not a Uint8Array"),
        };
        // The substitute is a frame to a worker; only a page that is sent garbage gets here.
        decoded.expect_throw("a frame to a worker")
    }
}
