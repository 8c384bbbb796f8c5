//! Well-known libraries in pure Lua, from Debian's packages: they run unchanged, and print what they
//! print in native Lua.

mod machine;
mod packages;
mod programs;
#[path = "../sandbox/support.rs"]
#[expect(dead_code, reason = "the sandbox's tests use the rest")]
mod support;

use machine::{Peer, cases};
use packages::{LIBRARIES, Library};
use std::collections::BTreeSet;

/// Runs a library's script in a session and in native Lua.
fn compare(name: &str) {
    let library = LIBRARIES
        .iter()
        .find(|library| library.name == name)
        .expect("the library is listed");
    let peer = Peer::find(library);
    let native = peer.native();
    let native = cases(&native);
    assert!(!native.is_empty(), "{name}: the script has no cases");
    for (case, printed) in &native {
        assert!(
            !printed.contains(machine::FAILED),
            "{name}, {case}: native Lua fails too:\n{printed}"
        );
    }
    let ours = peer.ours();
    let ours = cases(&ours);
    let mut failed = BTreeSet::new();
    for (case, printed) in &native {
        let got = ours.get(case).map_or("nothing", String::as_str);
        if got == printed {
            continue;
        }
        failed.insert(*case);
        assert!(
            library
                .excepted
                .iter()
                .any(|(excepted, _)| excepted == case),
            "{name}, {case}: native Lua prints\n{printed}and we print\n{got}"
        );
    }
    for (case, reason) in library.excepted {
        assert!(
            failed.contains(case),
            "{name}, {case}: is listed as failing ({reason}), and works"
        );
    }
    assert!(
        ours.keys().all(|case| native.contains_key(case)),
        "{name}: cases that native Lua has not"
    );
}

macro_rules! libraries {
    ($($test:ident $name:literal)*) => {
        $(#[test]
        fn $test() {
            compare($name);
        })*

        #[test]
        fn given_the_list_of_libraries_then_each_has_a_test() {
            let tested = [$($name),*];
            for Library { name, .. } in LIBRARIES {
                assert!(tested.contains(name), "{name} is listed and not tested");
            }
        }
    };
}

libraries! {
    given_ansicolors_then_it_runs_as_native "ansicolors"
    given_argparse_then_it_runs_as_native "argparse"
    given_basexx_then_it_runs_as_native "basexx"
    given_binaryheap_then_it_runs_as_native "binaryheap"
    given_cliargs_then_it_runs_as_native "cliargs"
    given_compat53_then_it_runs_as_native "compat53"
    given_cosmo_then_it_runs_as_native "cosmo"
    given_coxpcall_then_it_runs_as_native "coxpcall"
    given_dkjson_then_it_runs_as_native "dkjson"
    given_the_tests_of_dkjson_then_they_run_as_native "dkjson-tests"
    given_fifo_then_it_runs_as_native "fifo"
    given_inifile_then_it_runs_as_native "inifile"
    given_inspect_then_it_runs_as_native "inspect"
    given_ldoc_then_it_runs_as_native "ldoc"
    given_leg_then_it_runs_as_native "leg"
    given_lemock_then_it_runs_as_native "lemock"
    given_luacheck_then_it_runs_as_native "luacheck"
    given_luassert_then_it_runs_as_native "luassert"
    given_luaunit_then_it_runs_as_native "luaunit"
    given_markdown_then_it_runs_as_native "markdown"
    given_mediator_then_it_runs_as_native "mediator"
    given_messagepack_then_it_runs_as_native "messagepack"
    given_moses_then_it_runs_as_native "moses"
    given_penlight_then_it_runs_as_native "penlight"
    given_say_then_it_runs_as_native "say"
    given_uri_then_it_runs_as_native "uri"
    given_the_tests_of_uri_then_they_run_as_native_of_51 "uri-tests"
    given_ustring_then_it_runs_as_native_of_51 "ustring"
}
