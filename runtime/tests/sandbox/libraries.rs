//! The libraries that scripts see.

use crate::support::{run, text};
use pubwiki_lua_runtime::protocol::Value;

#[test]
fn given_print_and_write_then_the_output_is_as_in_the_manual() {
    let named = "setmetatable({}, { __name = 'Thing' })";
    let ended = run(&format!(
        "print(1, 2.5, nil, true, 'x\\0y') io.write('a', 1, 2.5):write('b\\n') print((tostring({named}):gsub(': .*', '')))"
    ));
    assert_eq!(ended.output, "1\t2.5\tnil\ttrue\tx\0y\na12.5b\nThing\n");
}

#[test]
fn given_load_then_it_takes_text_and_no_bytecode() {
    let code = "return load('return 1 + 1')(), load('\\27Lua'), select('#', load('return', 'c', 'b')), \
                load('return x', 'c', 't', { x = 5 })(), load(function() return nil end)()";
    let values = run(code).values();
    assert_eq!(values[0], Value::Int(2));
    assert_eq!(values[1], Value::Nil);
    assert_eq!(values[2], Value::Int(2));
    assert_eq!(values[3], Value::Int(5));
}

#[test]
fn given_the_main_chunk_then_it_seems_to_be_outside_of_any_coroutine() {
    let code = "local ok, e = pcall(coroutine.yield, 1) \
                return coroutine.isyieldable(), select(2, coroutine.running()), ok, e";
    assert_eq!(
        run(code).values(),
        [
            Value::Bool(false),
            Value::Bool(true),
            Value::Bool(false),
            text("attempt to yield from outside a coroutine")
        ]
    );
}

#[test]
fn given_a_finalizer_then_it_runs_before_the_run_has_ended() {
    assert_eq!(
        run("setmetatable({}, { __gc = function() print('collected') end })").output,
        "collected\n"
    );
}

#[test]
fn given_a_first_line_that_begins_with_a_hash_then_it_is_skipped_and_lines_keep_their_numbers() {
    assert_eq!(
        run("#!/usr/bin/lua\nerror('x')").error().message,
        "t.lua:2: x"
    );
    assert_eq!(run("\u{feff}return 1").values(), [Value::Int(1)]);
}

#[test]
fn given_two_runs_then_nothing_of_the_first_is_seen_by_the_second() {
    let mut page = crate::support::Page::open();
    page.start(
        1,
        "leak = 1 string.leak = 1 getmetatable('').__index = nil",
        Default::default(),
        vec![],
    );
    page.until_ended(|_, _| {}).values();
    page.start(
        1,
        "return leak, string.leak, ('x'):rep(2)",
        Default::default(),
        vec![],
    );
    assert_eq!(
        page.until_ended(|_, _| {}).values(),
        [Value::Nil, Value::Nil, text("xx")]
    );
}

#[test]
fn given_metatables_by_debug_then_protected_ones_and_those_of_the_sandbox_stay() {
    let code = "local mt = { __index = { x = 5 } } \
                local t = {} \
                local same = debug.setmetatable(t, mt) == t \
                local locked = setmetatable({}, { __metatable = 'locked' }) \
                local ok = pcall(debug.setmetatable, locked, {}) \
                return same, t.x, debug.getmetatable(t) == mt, ok, (pcall(debug.setmetatable, json.null, nil)), \
                (pcall(debug.setmetatable, coroutine.create(print), {}))";
    let values = run(code).values();
    let expected = [true, false, true, false, false, false].map(Value::Bool);
    assert_eq!(values[1], Value::Int(5));
    assert_eq!(values[0], expected[0]);
    assert_eq!(values[2..], expected[2..]);
}
