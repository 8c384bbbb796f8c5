//! Tests of the check.

use super::{Raising, mir};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The beginning of all samples.
const LUA: &str = "
    #![allow(dead_code, improper_ctypes, function_casts_as_integer)]
    pub enum State {}
    type Function = unsafe extern \"C-unwind\" fn(*mut State) -> i32;
    unsafe extern \"C-unwind\" {
        fn lua_gettop(state: *mut State) -> i32;
        fn lua_error(state: *mut State) -> i32;
        fn lua_newtable(state: *mut State);
    }
    pub static ENTRIES: &[Function] = &[entry];
";

/// What is found in the code.
fn findings(code: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("sample.mir");
    let mut rustc = Command::new("rustc")
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--crate-name=sample",
            "--emit=mir",
            "-",
        ])
        .args([
            "-Ztrim-diagnostic-paths=no",
            "-Zmir-include-spans=yes",
            "-o",
        ])
        .arg(&output)
        .env("RUSTC_BOOTSTRAP", "1")
        .stdin(Stdio::piped())
        .spawn()
        .expect("rustc is there");
    let code = format!("{LUA}{code}");
    rustc
        .stdin
        .take()
        .expect("it is piped")
        .write_all(code.as_bytes())
        .expect("it reads");
    assert!(rustc.wait().expect("it ends").success());
    let text = std::fs::read_to_string(output).expect("it writes");
    Raising::of(&mir::parse(&text)).findings()
}

fn assert_found(code: &str, expected: &[&str]) {
    let found = findings(code);
    assert_eq!(found.len(), expected.len(), "{code}: {found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{code}: {found}");
    }
}

#[test]
fn given_what_is_dropped_before_a_raise_then_nothing_is_found() {
    assert_found(
        "unsafe extern \"C-unwind\" fn entry(state: *mut State) -> i32 { unsafe {
            let text = String::from(\"x\");
            let top = lua_gettop(state);
            drop(text);
            if top > 1 { lua_newtable(state) }
            lua_error(state)
        } }",
        &[],
    );
}

#[test]
fn given_what_is_alive_over_a_raise_then_it_is_found_with_its_type() {
    assert_found(
        "unsafe extern \"C-unwind\" fn entry(state: *mut State) -> i32 { unsafe {
            let text = (1, Some(Box::new(5_u64)));
            lua_newtable(state);
            if text.0 > 1 { inner(vec![state], state) }
            0
        } }
        unsafe fn inner(owned: Vec<*mut State>, state: *mut State) {
            unsafe { lua_newtable(state) }
            drop(owned);
        }",
        &[
            "Option<std::boxed::Box<u64>>",
            "Option<std::boxed::Box<u64>>",
            "leak std::vec::Vec<*mut State>",
        ],
    );
}

#[test]
fn given_what_is_alive_over_a_function_that_raises_in_the_end_then_it_is_found() {
    assert_found(
        "unsafe extern \"C-unwind\" fn entry(state: *mut State) -> i32 {
            let text = String::from(\"x\");
            outer::<5>(state);
            text.len() as i32
        }
        fn outer<const N: usize>(state: *mut State) { if N > 3 { inner(state, |_: *mut State| ()); } }
        fn inner(state: *mut State, _: impl Copy + Fn(*mut State)) -> ! { unsafe { lua_error(state); } loop {} }",
        &["outer may raise an error of Lua's, which would leak std::string::String"],
    );
}

#[test]
fn given_a_raise_that_lua_has_not_called_then_it_is_found() {
    assert_found(
        "unsafe extern \"C-unwind\" fn entry(_: *mut State) -> i32 { 0 }
        pub fn driver(state: *mut State) { unsafe { lua_error(state); } }
        pub async fn task(state: *mut State) { unsafe { lua_error(state); } }
        pub struct Method;
        impl Method { pub fn method(state: *mut State) { unsafe { lua_error(state); } } }
        impl Drop for Method { fn drop(&mut self) { unsafe { lua_error(std::ptr::null_mut()); } } }",
        &["driver may raise, and nobody", "task", "method", "drop"],
    );
}

#[test]
fn given_a_raise_that_goes_through_a_pointer_or_another_crate_then_it_is_found() {
    assert_found(
        "unsafe extern \"C-unwind\" fn entry(state: *mut State) -> i32 {
            (0..3).for_each(|_| unsafe { lua_newtable(state) });
            let _ = [state].map(raise);
            raise(state);
            let pointer: fn(*mut State) = raise;
            pointer(state);
            0
        }
        fn raise(state: *mut State) { unsafe { lua_error(state); } }",
        &[
            "becomes a pointer",
            "for_each",
            "map",
            "nothing that catches",
        ],
    );
}

#[test]
fn given_a_call_of_what_lua_calls_then_it_may_raise() {
    assert_found(
        "unsafe extern \"C-unwind\" fn entry(state: *mut State) -> i32 { unsafe {
            let owned = vec![state];
            ENTRIES[0](owned[0])
        } }",
        &["Vec<*mut State>"],
    );
}
