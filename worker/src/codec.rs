//! Postcard for gloo-worker's frames.

use gloo_worker::Codec;
use pubwiki_lua_runtime::protocol::frame;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// How frames are posted: `host-js/src/codec/packing.ts`, which both sides use.
    pub type Packing;
    #[wasm_bindgen(method)]
    fn pack(this: &Packing, frame: &[u8]) -> JsValue;
    #[wasm_bindgen(method)]
    fn unpack(this: &Packing, posted: &JsValue, into: &mut [u8]) -> i32;
}

thread_local! {
    static PACKING: RefCell<Option<Packing>> = const { RefCell::new(None) };
}

/// Remembers how frames are posted.
pub fn set_packing(packing: Packing) {
    PACKING.set(Some(packing));
}

/// The size that most frames fit, in bytes.
const SHORT: usize = 256;

/// Frames as postcard. A frame that does not decode is replaced by one that says so: gloo's trait
/// knows no errors.
pub struct Postcard;

impl Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        // None of the protocol's types fails to encode.
        let bytes = postcard::to_extend(&input, Vec::with_capacity(SHORT))
            .expect_throw("a message encodes");
        with_packing(|packing| packing.pack(&bytes))
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        let decoded = with_packing(|packing| {
            let mut bytes = [0; SHORT];
            let Ok(length) = usize::try_from(packing.unpack(&input, &mut bytes)) else {
                return frame::decode_malformed(
                    "a message is neither a Uint8Array nor a string of bytes",
                );
            };
            if let Some(bytes) = bytes.get(..length) {
                return frame::decode(bytes);
            }
            let mut bytes = vec![0; length];
            if packing.unpack(&input, &mut bytes) < 0 {
                return frame::decode_malformed("a message is a string of more than bytes");
            }
            frame::decode(&bytes)
        });
        // The substitute is a frame to a worker; only a page that is sent garbage gets here.
        decoded.expect_throw("a frame to a worker")
    }
}

fn with_packing<T>(use_it: impl FnOnce(&Packing) -> T) -> T {
    PACKING.with_borrow(|packing| use_it(packing.as_ref().expect_throw("`serve` was called")))
}
