//! What a script is given: arguments, modules, limits and stdin.

use crate::support::{end, fresh, run, script};
use std::io::Write as _;
use std::process::Stdio;

#[test]
fn a_script_gets_its_arguments_its_modules_and_stdin() {
    let module = format!("greet.lua={}", script("given-module.lua").display());
    let mut command = run("given.lua", &fresh());
    command
        .args(["--cpu-ms", "5000", "--output-mb", "2", "--module", &module])
        .args(["--", "first", "--second"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("cargo is there");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"one\ncaf\xe9\n").expect("it reads");
    drop(stdin);
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    let expected: &[u8] = b"2\tfirst\t--second\nHello, one\n4\nnil\n";
    assert_eq!(ended.stdout, expected);
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
fn a_limit_of_time_to_compute_or_of_output_ends_a_script() {
    let mut command = run("endless.lua", &fresh());
    end(command.args(["--cpu-ms", "300"]))
        .exits(2)
        .says("limit of 300 ms");
}
