//! Whatever a session is sent, in whatever order: it does not panic, answers each request once,
//! and leaves nothing behind.

mod arbitrary;
mod calls;
mod endless;
mod floods;
mod fuel;
mod imports;
mod opening;
mod page;
mod parts;
mod script;
mod turns;

use arbitrary::Arbitrary;
use proptest::collection::vec;
use proptest::prelude::*;
use pubwiki_lua_runtime::protocol::{
    BackendChoice, ModulePolicy, OpenOptions, Request, RunLimits, VERSION, frame,
};
use script::Script;
use serde::Deserialize;
use std::sync::LazyLock;

fn open() -> Request {
    Request::Open {
        version: VERSION,
        options: OpenOptions {
            backend: BackendChoice::Memory,
            limits: RunLimits::default(),
            modules: ModulePolicy::Host,
            allow_self_named_scripts: true,
            resolves: true,
            compile: None,
        },
    }
}

/// Any request. Runs are many, and ends few: after an end there is nothing but refusals.
fn drawn(arbitrary: &mut Arbitrary<'_>) -> Request {
    let run = |arbitrary: &mut Arbitrary<'_>| Request::Run {
        id: arbitrary.draw(),
        spec: arbitrary.draw(),
    };
    if arbitrary.below(4) == 1 {
        return run(arbitrary);
    }
    match arbitrary.draw() {
        Request::Close { .. } if arbitrary.below(8) > 0 => run(arbitrary),
        request => request,
    }
}

/// gloo-worker's frames to a worker; the session sees what is in the second.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the others' ids are gloo's")]
enum ToWorker {
    Connected(u32),
    ProcessInput(u32, Request),
    Disconnected(u32),
    Destroy,
}

fn request(bytes: &[u8]) -> Option<Request> {
    match frame::decode(bytes).expect("a frame, or one in its place") {
        ToWorker::ProcessInput(_, request) => Some(request),
        ToWorker::Connected(_) | ToWorker::Disconnected(_) | ToWorker::Destroy => None,
    }
}

/// The frames that both languages know to be right, except for the longest, whose hexadecimals are
/// abridged.
static FRAMES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Vector {
        hex: String,
    }
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../tests/golden/to-worker.json"))
            .expect("vectors");
    vectors
        .iter()
        .filter(|Vector { hex }| !hex.contains('*'))
        .map(|Vector { hex }| {
            (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
                .collect()
        })
        .collect()
});

/// A right frame, with some bytes changed, removed or put in.
fn mutated(arbitrary: &mut Arbitrary<'_>) -> Vec<u8> {
    let (first, second) = (arbitrary.below(256), arbitrary.below(256));
    let mut bytes = FRAMES[(first * 256 + second) % FRAMES.len()].clone();
    for _ in 0..arbitrary.below(4) {
        let at = (arbitrary.below(256) * 256 + arbitrary.below(256)) % (bytes.len() + 1);
        let byte = u8::try_from(arbitrary.below(256)).unwrap_or_default();
        match arbitrary.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, byte),
            _ if at == bytes.len() => bytes.push(byte),
            2 => drop(bytes.remove(at)),
            _ => bytes[at] ^= byte,
        }
    }
    bytes
}

proptest! {
    #[test]
    fn given_any_requests_then_each_is_answered_once_and_nothing_is_left(bytes in vec(any::<u8>(), 0..600)) {
        let mut arbitrary = Arbitrary::new(&bytes);
        let mut script = Script::new();
        if arbitrary.below(8) > 0 {
            script.send(open());
        }
        while !arbitrary.is_used_up() {
            script.send(drawn(&mut arbitrary));
            script.go_on(&mut arbitrary);
        }
        script.end();
    }

    #[test]
    fn given_mutated_frames_then_each_is_answered_once_and_nothing_is_left(bytes in vec(any::<u8>(), 0..600)) {
        let mut arbitrary = Arbitrary::new(&bytes);
        let mut script = Script::new();
        script.send(open());
        while !arbitrary.is_used_up() {
            if let Some(request) = request(&mutated(&mut arbitrary)) {
                script.send(request);
            }
            script.go_on(&mut arbitrary);
        }
        script.end();
    }
}
