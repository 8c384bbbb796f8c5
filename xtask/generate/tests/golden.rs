//! The committed vectors hold `runtime`'s encoding, by its own types.

use pubwiki_lua_generate::frames::{FromWorker, ToWorker};
use pubwiki_lua_generate::vectors::{Malformed, Vector};
use pubwiki_lua_generate::{files, hex};
use pubwiki_lua_runtime::protocol::{decode, encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn load<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let path = root().join("tests/golden").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the vectors are there"))
        .expect("they are JSON")
}

fn round_trip<T: Serialize + DeserializeOwned + Debug>(name: &str) {
    for vector in load::<Vector>(name) {
        let bytes = hex::parse(&vector.hex).expect("hexadecimal");
        let message: T = decode(&bytes).unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        assert!(
            encode(&message).expect("it encodes") == bytes,
            "{}: {message:?}",
            vector.name
        );
    }
}

#[test]
fn every_message_to_the_worker_decodes_and_encodes_to_the_same_bytes() {
    round_trip::<ToWorker>("to-worker.json");
}

#[test]
fn every_message_from_the_worker_decodes_and_encodes_to_the_same_bytes() {
    round_trip::<FromWorker>("from-worker.json");
}

#[test]
fn malformed_bytes_are_errors() {
    for case in load::<Malformed>("malformed.json") {
        let bytes = hex::parse(&case.hex).expect("hexadecimal");
        assert!(decode::<ToWorker>(&bytes).is_err(), "{} decodes", case.name);
    }
}

#[test]
fn any_cut_of_a_message_is_an_error() {
    for vector in load::<Vector>("to-worker.json")
        .iter()
        .filter(|vector| vector.hex.len() < 400)
    {
        let bytes = hex::parse(&vector.hex).expect("hexadecimal");
        for end in 0..bytes.len() {
            assert!(
                decode::<ToWorker>(&bytes[..end]).is_err(),
                "{} cut at {end} decodes",
                vector.name
            );
        }
    }
}

#[test]
fn the_committed_files_are_current() {
    let files = files::all().expect("the protocol can be described");
    assert_eq!(
        files::stale(&root(), &files),
        Vec::<&str>::new(),
        "run `cargo xtask generate`"
    );
}
