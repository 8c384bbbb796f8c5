//! Whatever bytes a worker is sent, it gets a request.

use proptest::prelude::*;
use pubwiki_lua_runtime::protocol::{
    BackendChoice, Dialect, ModulePolicy, OpenOptions, Request, RunLimits, RunSpec, VERSION, Value,
    encode, frame,
};
use serde::{Deserialize, Serialize};

/// gloo-worker's frames to a worker, which are private there; its `usize` has 32 bits in wasm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum ToWorker {
    Connected(u32),
    ProcessInput(u32, Request),
    Disconnected(u32),
    Destroy,
}

fn decode(bytes: &[u8]) -> ToWorker {
    frame::decode(bytes).expect("a frame, or one in its place")
}

/// Why `bytes` were replaced.
fn reason(bytes: &[u8]) -> String {
    match decode(bytes) {
        ToWorker::ProcessInput(_, Request::Malformed { message }) => message,
        other => panic!("{bytes:?} decode, to {other:?}"),
    }
}

fn open(version: u32) -> Vec<u8> {
    let options = OpenOptions {
        backend: BackendChoice::Memory,
        limits: RunLimits::default(),
        modules: ModulePolicy::BuiltIn,
        allow_self_named_scripts: true,
        resolves: false,
        compile: None,
    };
    encode(&ToWorker::ProcessInput(
        1,
        Request::Open { version, options },
    ))
    .expect("it encodes")
}

fn run(args: Vec<Value>) -> ToWorker {
    let spec = RunSpec {
        script_id: Some("main".into()),
        code: b"return ...".to_vec(),
        name: None,
        args,
        limits: RunLimits::default(),
        keep_alive: false,
        dialect: Dialect::Lua54,
    };
    ToWorker::ProcessInput(1, Request::Run { id: 7, spec })
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Nil, |inner, _| Value::Array(vec![inner]))
}

#[test]
fn every_frame_comes_through_as_it_was_sent() {
    let frames = [
        ToWorker::Connected(1),
        run(vec![Value::Str("é🎈".into()), Value::Bytes(vec![0, 255])]),
        ToWorker::ProcessInput(1, Request::Close { id: u32::MAX }),
        ToWorker::Disconnected(u32::MAX),
        ToWorker::Destroy,
    ];
    for sent in frames {
        assert_eq!(decode(&encode(&sent).expect("it encodes")), sent);
    }
}

#[test]
fn an_open_of_this_version_is_opened() {
    assert!(matches!(
        decode(&open(VERSION)),
        ToWorker::ProcessInput(1, Request::Open { .. })
    ));
}

#[test]
fn an_open_of_another_version_whose_rest_has_changed_names_both_versions() {
    let mut bytes = open(VERSION + 41);
    bytes.truncate(4);
    bytes.extend([0xff; 3]);
    let message = reason(&bytes);
    assert!(
        message.contains(&format!("version {}", VERSION + 41)),
        "{message}"
    );
    assert!(message.contains(&format!("version {VERSION}")), "{message}");
}

#[test]
fn an_open_of_this_version_that_is_cut_short_is_malformed() {
    let bytes = open(VERSION);
    assert!(reason(&bytes[..bytes.len() - 1]).contains("does not decode"));
}

#[test]
fn bytes_after_a_frame_make_it_malformed() {
    let mut bytes = open(VERSION);
    bytes.push(0);
    assert!(reason(&bytes).contains("stray"));
}

#[test]
fn the_malformed_frames_that_both_languages_know_are_replaced() {
    #[derive(Deserialize)]
    struct Vector {
        name: String,
        hex: String,
    }
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../tests/golden/malformed.json")).expect("vectors");
    for Vector { name, hex } in vectors {
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        assert!(!reason(&bytes).is_empty(), "{name}");
    }
}

#[test]
fn a_value_that_nests_without_end_is_refused_before_it_uses_up_the_stack() {
    let mut bytes = encode(&run(vec![Value::Nil])).expect("it encodes");
    // The argument comes before four absent limits and `keep_alive`; an Array is 6, then its length.
    let argument = bytes.len() - 6;
    bytes.splice(argument..argument, [6, 1].repeat(100_000));
    assert!(reason(&bytes).contains("does not decode"));
    let allowed = run(vec![nested(128)]);
    assert_eq!(decode(&encode(&allowed).expect("it encodes")), allowed);
}

#[test]
fn what_takes_a_bad_frames_place_says_why() {
    let frame: ToWorker = frame::decode_malformed("not bytes").expect("a frame");
    let message = "not bytes".into();
    assert_eq!(
        frame,
        ToWorker::ProcessInput(1, Request::Malformed { message })
    );
}

proptest! {
    #[test]
    fn any_bytes_give_a_request(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        decode(&bytes);
    }

    /// Nearly right bytes reach deeper into the decoder than random ones.
    #[test]
    fn a_frame_with_a_byte_changed_gives_a_request(at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encode(&run(vec![nested(3), Value::Float(0.5)])).expect("it encodes");
        let position = at.index(bytes.len());
        bytes[position] = byte;
        decode(&bytes);
    }
}
