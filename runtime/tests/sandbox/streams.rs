//! The streams of a run: what it reads, and where what it writes goes.

use crate::support::{Page, run};
use pubwiki_lua_runtime::protocol::{RunLimits, Value};

/// What the script prints, its input coming in pieces of so many bytes.
fn printed(input: &[u8], piece_bytes: usize, code: &str) -> String {
    let mut page = Page::open();
    page.input = input
        .chunks(piece_bytes)
        .rev()
        .map(<[u8]>::to_vec)
        .collect();
    page.start(1, code, RunLimits::default(), Vec::new());
    let ended = page.until_ended(|_, _| {});
    if let Err(error) = ended.result {
        panic!("{}", error.message);
    }
    ended.output
}

/// What stock Lua 5.4.8 prints of the same input.
#[test]
fn given_input_in_pieces_of_any_size_then_it_is_read_as_in_stock_lua() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "  12 0x1Fp2tail\nwhole\nabcdef\n0xg rest\nlast\n\nno newline",
            "print(io.read('n', 'n', 'l')) print(io.read('L')) print(io.read(3, 0, 'l')) print(io.read('n')) \
             print(io.read('l')) print(io.read('a')) print(io.read('a'), io.read('l'), io.read(0))",
            "12\t124.0\ttail\nwhole\n\nabc\t\tdef\nnil\ng rest\nlast\n\nno newline\n\tnil\tnil\n",
        ),
        (
            "q7 r8zend",
            "for a, b in io.lines(nil, 1, 'n') do print('[' .. a .. ']', b) if a == 'z' then break end end print(io.read('a'))",
            "[q]\t7\n[ ]\tnil\n[r]\t8\n[z]\tnil\nend\n",
        ),
        (
            "one\ntwo\r\n\nfour",
            "for line in io.lines() do print(#line, (line:gsub('\\r', 'R'))) end print(io.read())",
            "3\tone\n4\ttwoR\n0\t\n4\tfour\nnil\n",
        ),
        (
            "-.5e+3 +0x.8p1 1e 9..9 inf",
            "print(io.read('n', 'n')) print(io.read('n')) print(io.read('n')) print(io.read('a'))",
            "-500.0\t1.0\nnil\n9.0\n.9 inf\n",
        ),
        (
            "",
            "print(io.read(0), io.read('n'), io.read('L'), io.read('a'))",
            "nil\tnil\tnil\t\n",
        ),
    ];
    for (input, code, expected) in cases {
        for piece_bytes in [1, 2, 5, 1000] {
            assert_eq!(
                printed(input.as_bytes(), piece_bytes, code),
                *expected,
                "{code}"
            );
        }
    }
}

#[test]
fn given_bytes_then_they_are_read_as_they_are() {
    let bytes: Vec<u8> = (0..=255).collect();
    let code = "local s = io.read('a') local t = {s:byte(1, -1)} print(#s, t[1], t[256], t[129])";
    assert_eq!(printed(&bytes, 7, code), "256\t0\t255\t128\n");
}

#[test]
fn given_endless_input_then_reading_all_of_it_ends_at_the_memory_limit() {
    let mut page = Page::open();
    page.input = vec![vec![b'x'; 1 << 20]; 100];
    let limits = RunLimits {
        memory_bytes: Some(16 << 20),
        ..RunLimits::default()
    };
    page.start(1, "return #io.read('a')", limits, Vec::new());
    let error = page.until_ended(|_, _| {}).error();
    assert_eq!(error.kind.code(), "LIMIT_EXCEEDED");
    assert!(page.input.len() > 80, "it is not read to its end");
}

#[test]
fn given_errors_and_output_then_each_has_its_stream() {
    let code = "print('a') io.stderr:write('b', 1.0, '\\n') io.write('c\\n') \
                warn('not yet') warn('@on') warn('w', 'x') warn('@off') warn('no more') warn('@on') \
                setmetatable({}, {__gc = function() error('in a finalizer', 0) end}) collectgarbage() \
                io.output(io.stderr) io.write('d\\n') print('e')";
    let ended = run(code);
    assert_eq!(ended.output, "a\nc\ne\n");
    assert_eq!(
        ended.errors,
        "b1\nLua warning: wx\nLua warning: error in __gc (in a finalizer)\nd\n"
    );
}

#[test]
fn given_exit_then_the_run_ends_there_well_or_with_the_code() {
    for code in [
        "os.exit()",
        "os.exit(true)",
        "os.exit(0)",
        "os.exit(true, true)",
    ] {
        let code = format!("print('before') pcall(function() {code} end) print('after') return 1");
        let ended = run(&code);
        assert_eq!(ended.output, "before\n");
        assert_eq!(ended.values(), Vec::<Value>::new());
    }
    for (code, exit) in [("false", 1), ("3", 3), ("-1", 255), ("257", 1)] {
        let error = run(&format!("coroutine.wrap(function() os.exit({code}) end)()")).error();
        assert_eq!(error.kind.code(), "EXIT");
        assert_eq!(
            error.message,
            format!("the script ended with exit code {exit}")
        );
    }
}

#[test]
fn given_exit_after_writes_then_they_are_stored() {
    let mut page = Page::open();
    page.start(
        1,
        "State.set('script.main.k', 5) os.exit()",
        RunLimits::default(),
        Vec::new(),
    );
    assert_eq!(page.until_ended(|_, _| {}).values(), Vec::<Value>::new());
    page.start(
        1,
        "return State.get('script.main.k')",
        RunLimits::default(),
        Vec::new(),
    );
    assert_eq!(page.until_ended(|_, _| {}).values(), [Value::Int(5)]);
}

#[test]
fn given_a_library_of_the_scripts_own_called_json_then_require_finds_that() {
    let code = "local ours = require('json') == json package.loaded.json = nil \
                package.preload.json = function() return 'mine' end return ours, (require('json'))";
    let values = run(code).values();
    assert_eq!(values, [Value::Bool(true), Value::Str("mine".into())]);
}
