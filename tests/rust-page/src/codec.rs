//! The worker's codec, from the page's side.

use gloo_worker::Codec;
use js_sys::Uint8Array;
use pubwiki_lua_runtime::protocol;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue, UnwrapThrowExt as _, throw_str};

/// Frames as postcard. They are sent as bytes; short ones come as strings of a character for each byte.
pub struct Postcard;

impl Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        let bytes = protocol::encode(&input).expect_throw("a message encodes");
        Uint8Array::from(bytes.as_slice()).into()
    }

    /// gloo's trait knows no errors: an invalid frame is an error of the page. A worker that ends
    /// posts `{ fatal: { code, message } }`, which is none.
    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        let bytes = match input.as_string() {
            Some(text) => text
                .chars()
                .map(|byte| u8::try_from(byte).unwrap_throw())
                .collect(),
            None => input
                .dyn_into::<Uint8Array>()
                .unwrap_or_else(|_| throw_str("the worker sent an invalid frame"))
                .to_vec(),
        };
        match protocol::decode(&bytes) {
            Ok(frame) => frame,
            Err(error) => throw_str(&error.message),
        }
    }
}
