//! Errors, raised and caught.

use crate::support::{kind, run, text};
use pubwiki_lua_runtime::protocol::{ErrorKind, Value};

#[test]
fn given_an_error_then_message_traceback_and_value_come_out() {
    let error = run("local function f()\n  error('boom')\nend\nf()").error();
    assert_eq!(error.message, "t.lua:2: boom");
    assert_eq!(
        kind(&error),
        &ErrorKind::Lua {
            value: text("t.lua:2: boom")
        }
    );
    assert!(
        error.traceback.contains("t.lua:2: in")
            && error.traceback.contains("t.lua:4: in main chunk")
    );
}

#[test]
fn given_a_table_as_error_then_the_table_survives() {
    let error = run("error({ code = 7, why = { 'x' } })").error();
    let ErrorKind::Lua {
        value: Value::Object(fields),
    } = kind(&error)
    else {
        panic!("{error:?}")
    };
    assert!(fields.contains(&("code".into(), Value::Int(7))));
    assert!(fields.contains(&("why".into(), Value::Array(vec![text("x")]))));
    // The words of Lua's own program, lua.c.
    assert_eq!(error.message, "(error object is a table value)");
    let nothing = run("error()").error();
    assert_eq!(nothing.message, "(error object is a nil value)");
}

#[test]
fn given_an_error_with_tostring_then_it_prints_as_that_even_when_it_fails() {
    let told = "error(setmetatable({}, { __tostring = function() return 'told' end }))";
    assert_eq!(run(told).error().message, "told");
    let failing = "error(setmetatable({}, { __tostring = function() error('again') end }))";
    assert!(run(failing).error().message.contains("again"));
}

#[test]
fn given_source_that_does_not_compile_then_the_error_names_the_line() {
    let error = run("print('never')\nx = = 1").error();
    assert!(
        error
            .message
            .starts_with("t.lua:2: unexpected symbol near '='"),
        "{}",
        error.message
    );
    assert!(matches!(kind(&error), ErrorKind::Lua { .. }));
}

#[test]
fn given_an_uncaught_error_of_ours_then_its_kind_and_a_traceback_come_out() {
    let error = run("State.get('other.x')").error();
    assert_eq!(kind(&error), &ErrorKind::Permission);
    assert!(
        error.message.contains("'main'") && error.message.contains("'other.x'"),
        "{}",
        error.message
    );
    assert!(error.traceback.contains("t.lua:1"), "{}", error.traceback);
}

#[test]
fn given_a_caught_error_of_ours_then_it_is_a_text_with_the_place_of_the_call() {
    let code = "local ok, e = pcall(State.get, 'other.x') return ok, e.code, e == 't.lua:1: ' .. e.message";
    assert_eq!(
        run(code).values(),
        [
            Value::Bool(false),
            text("PERMISSION_DENIED"),
            Value::Bool(true)
        ]
    );
}

#[test]
fn given_a_failing_host_function_then_its_name_and_message_reach_lua() {
    let values = run("local ok, e = pcall(host.nothing, 1) return e.code, e.message").values();
    assert_eq!(
        values,
        [
            text("HOST_ERROR"),
            text("host.nothing: RangeError: no nothing")
        ]
    );
}

#[test]
fn given_an_error_then_pending_to_be_closed_variables_are_closed_with_it() {
    let ended = run(
        "local t <close> = setmetatable({}, { __close = function(_, e) print('closed', e) end }) error('x', 0)",
    );
    assert_eq!(ended.output, "closed\tx\n");
    assert_eq!(ended.error().message, "x");
}

#[test]
fn given_a_stack_overflow_then_it_is_an_error_that_lua_can_catch() {
    let code = "local function f() return 1 + f() end local ok, e = pcall(f) return ok, e:find('stack overflow') ~= nil";
    assert_eq!(run(code).values(), [Value::Bool(false), Value::Bool(true)]);
    let error = run("local function f() return 1 + f() end f()").error();
    assert!(
        matches!(kind(&error), ErrorKind::Lua { .. }) && error.message.contains("stack overflow")
    );
}

#[test]
fn given_an_error_at_the_address_of_an_earlier_one_then_it_is_told_as_itself() {
    let code = "local caught, e = pcall(State.get, 1) local address = string.format('%p', e) \
                e = nil collectgarbage() local keep = {} \
                for i = 1, 20000 do local t = { mine = i } keep[i] = t \
                if string.format('%p', t) == address then error(t) end end error({ mine = 0 })";
    let error = run(code).error();
    let ErrorKind::Lua {
        value: Value::Object(fields),
    } = kind(&error)
    else {
        panic!("{error:?}")
    };
    assert_eq!(fields[0].0, "mine");
}

#[test]
fn given_an_error_of_ours_that_is_raised_again_after_others_then_its_kind_comes_out() {
    let code = "local caught, first = pcall(State.get, 'script.other.k') \
                for i = 1, 7 do pcall(State.get, i) end error(first)";
    let error = run(code).error();
    assert_eq!(kind(&error), &ErrorKind::Permission, "{error:?}");
    // Of one that was raised long before, only what Lua sees is known.
    let error = run(&code.replace("i = 1, 7", "i = 1, 100")).error();
    assert!(matches!(kind(&error), ErrorKind::Lua { .. }), "{error:?}");
    assert!(error.message.contains("script.other.k"), "{error:?}");
}

#[test]
fn given_finalizers_that_fail_while_an_error_is_raised_then_each_error_is_one() {
    let code = "collectgarbage('setpause', 0) collectgarbage('setstepmul', 1000) \
                local metatable = { __gc = function() pcall(State.get, {}) pcall(State.set, 'script.main.k', print) end } \
                for i = 1, 3000 do setmetatable({}, metatable) \
                local caught, e = pcall(State.get, 'script.other.k') \
                if e.code ~= 'PERMISSION_DENIED' or not tostring(e):find('script.other.k', 1, true) then return e.code, tostring(e) end end \
                for i = 1, 100 do setmetatable({}, metatable) end State.get('script.other.last')";
    let error = run(code).error();
    assert_eq!(kind(&error), &ErrorKind::Permission, "{error:?}");
    assert!(
        error.message.contains("script.other.last"),
        "{}",
        error.message
    );
}

#[test]
fn given_an_error_of_false_then_it_is_told_like_that_of_any_value() {
    let error = run("error(false)").error();
    assert_eq!(error.message, "(error object is a boolean value)");
    assert_eq!(
        *error.kind,
        ErrorKind::Lua {
            value: Value::Bool(false)
        }
    );
}
