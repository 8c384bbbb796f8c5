//! Texts that leave a run are bounded.

use crate::heap;
use crate::support::{Ended, kind, run, run_with, text};
use pubwiki_lua_runtime::protocol::{Error, ErrorKind, HostError, RunLimits, Value};
use pubwiki_lua_runtime::text::{
    MESSAGE_BYTES, NAME_BYTES, PATH_BYTES, bounded, cut, name, written,
};

const MIB: usize = 1024 * 1024;

/// What an error may hold in all: message, value, traceback, path.
const ERROR_BYTES: usize = 512 * 1024;

fn size(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Str(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Array(items) => items.iter().map(size).sum(),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, field)| key.len() + size(field))
                .sum(),
            Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 0,
        }
}

fn check(case: &str, error: &Error) {
    assert!(
        error.message.len() <= MESSAGE_BYTES,
        "{case}: {}",
        error.message.len()
    );
    let own = match kind(error) {
        ErrorKind::Lua { value } => size(value),
        ErrorKind::Value { path } => {
            assert!(path.len() <= PATH_BYTES, "{case}: {}", path.len());
            path.len()
        }
        ErrorKind::Host { cause, .. } => cause.name.len() + cause.message.len(),
        _ => 0,
    };
    let all = error.message.len() + error.traceback.len() + own;
    assert!(all <= ERROR_BYTES, "{case}: {all}");
}

/// Scripts whose failure quotes what they like; `big` is 2 MB long.
const QUOTING: &[&str] = &[
    "error(big, 0)",
    "error(big)",
    "error(('é'):rep(4e6), 0)",
    "error({ big })",
    "error({ [big] = 1 })",
    "error(setmetatable({}, { __tostring = function() return big end }))",
    "error(setmetatable({}, { __tostring = function() error(big, 0) end }))",
    "error(setmetatable({}, { __name = big }))",
    "local closed <close> = setmetatable({}, { __close = function() error(big, 0) end })",
    "local closed <close> = setmetatable({}, { __close = function() error(big, 0) end }) error('first')",
    "State.update('script.main.x', function() error(big, 0) end)",
    "State.update('script.main.x', function() return { [big] = print } end)",
    "State.update(big, print)",
    "coroutine.wrap(function() error(big, 0) end)()",
    "return { [big] = print }",
    "local deep = print for _ = 1, 100 do deep = { [big:sub(1, 50000)] = deep } end return deep",
    "return { [big] = { [big] = 0/0 } }, print",
    "host.echo({ [big] = print })",
    "host[big]()",
    "host[big:sub(1, 300)]()",
    "require(big)",
    "require('file://' .. big)",
    "require('https://' .. big)",
    "package.preload[big] = function() require(big) end require(big)",
    "package.preload[big] = function() error(big, 0) end require(big)",
    "package.searchers[3] = function() return big end require('x')",
    "State.register({ [big] = { read = true, write = true } })",
    "State.register({ [big] = 1 })",
    "State.register({ ['a.b'] = { [big] = 1 } })",
    "State.register({ ['a.b'] = { read = big } })",
    "State.register(big, { ['a.b'] = { read = true, write = true } })",
    "State.get(big)",
    "State.set(big, 1)",
    "State.set('script.main.x', { [big] = 0/0 })",
    "State.set('script.main.x', 1, { [big] = print })",
    "State.delete(big)",
    "State.list(big)",
    "State.watch(big, print)",
    "State.wait(big)",
    "json.encode({ [big] = 0/0 })",
    "json.encode({ [big] = { [big] = print } })",
    "json.decode(big)",
    "json.decode('{\"' .. big)",
    "assert(load(big .. ' x'))",
    "assert(load('return ' .. big:gsub('x', 'a') .. '()'))()",
    "assert(load('local ' .. big .. ' = {} ' .. big .. '.' .. big .. '()'))()",
    "assert(load('goto ' .. big))",
    "assert(load('error([==[' .. big .. ']==])', big))()",
    "assert(load('local t = {} function t.' .. big .. '() error(\"x\") end t.' .. big .. '()', '@' .. big))()",
    "error(big .. debug.traceback(big))",
    "string.rep()",
    "('x'):rep(1, big, big, big).y.z()",
];

#[test]
fn given_a_failure_that_quotes_what_a_script_likes_then_its_texts_are_bounded() {
    for case in QUOTING {
        let code = format!("local big = ('x'):rep(2e6)\n{case}");
        let error = run(&code).result.expect_err(case);
        assert!(
            !matches!(kind(&error), ErrorKind::Limit { .. }),
            "{case}: {error}"
        );
        check(case, &error);
    }
}

#[test]
fn given_a_long_message_then_it_says_that_it_was_cut_and_how_long_it_was() {
    let error = run("error(('é'):rep(1e6), 0)").error();
    let mark = "é… (2000000 bytes in all)";
    assert!(
        error.message.ends_with(mark),
        "{}",
        &error.message[MESSAGE_BYTES - 64..]
    );
    // A value that is too large to be told is its message.
    assert_eq!(
        kind(&error),
        &ErrorKind::Lua {
            value: Value::Str(error.message.clone())
        }
    );
    let fits = run("error(('x'):rep(65536), 0)").error();
    assert_eq!(fits.message, "x".repeat(65536));
    let table = run("error({ ('x'):rep(65536) })").error();
    let value = Value::Array(vec![text(&"x".repeat(65536))]);
    assert_eq!(kind(&table), &ErrorKind::Lua { value });
}

#[test]
fn given_a_source_that_does_not_compile_then_what_it_quotes_is_bounded() {
    let error = run(&format!("x = '{}", "y".repeat(7_000_000))).error();
    assert!(
        error.message.contains("unfinished string"),
        "{}",
        &error.message[..64]
    );
    check("source", &error);
}

#[test]
fn given_errors_of_28_megabytes_then_nothing_of_that_is_copied() {
    for case in [
        "error(('\\xff'):rep(2.8e7), 0)",
        "error({ code = ('\\xff'):rep(2.8e7) })",
        "error(setmetatable({}, { __tostring = function() return ('\\xff'):rep(2.8e7) end }))",
        "error(setmetatable({}, { __tostring = function() error(('\\xff'):rep(2.8e7), 0) end }))",
        "host[('x'):rep(2.8e7)]()",
        "return { [('x'):rep(2.8e7)] = print }",
        "require(('x'):rep(2.8e7))",
        "State.register(('x'):rep(2.8e7), {})",
        "State.async(function() error(('\\xff'):rep(2.8e7), 0) end) error('x')",
        "__SCRIPT_ID = ('\\xff'):rep(2.8e7) error('x')",
    ] {
        // While `rep` works it has the text once in its buffer, and in the end in the string too.
        let (error, peak) = heap::peak(|| run(case).error());
        check(case, &error);
        assert!(peak < 64 * MIB, "{case}: {peak}");
    }
}

#[test]
fn given_an_error_value_of_many_small_parts_then_it_is_its_message() {
    let limits = RunLimits {
        memory_bytes: Some(256 << 20),
        ..RunLimits::default()
    };
    let code = "local t = {} for i = 1, 800000 do t[i] = i end error(t)";
    let (error, peak) = heap::peak(|| run_with(code, limits, Vec::new()).error());
    let message = "(error object is a table value)";
    assert_eq!(
        kind(&error),
        &ErrorKind::Lua {
            value: text(message)
        }
    );
    assert_eq!(error.message, message);
    assert!(peak < 48 * MIB, "{peak}");
}

#[test]
fn given_an_error_that_is_reported_then_the_line_is_bounded_and_the_run_goes_on() {
    for case in [
        "State.async(function() error(('\\xff'):rep(8e6), 0) end)",
        "State.watch('script.main.x', function() error(('x'):rep(8e6), 0) end) State.set('script.main.x', 1) sleep(1)",
    ] {
        let ended: Ended = run(&format!("{case} print('on') return 1"));
        assert!(
            ended.output.len() <= MESSAGE_BYTES + 8,
            "{case}: {}",
            ended.output.len()
        );
        assert!(
            ended.output.contains("bytes in all)") && ended.output.ends_with("\non\n"),
            "{case}"
        );
        assert_eq!(ended.values(), [Value::Int(1)]);
    }
}

#[test]
fn given_a_failure_of_many_keys_then_it_names_the_first_whole() {
    let cause = HostError {
        name: "x".repeat(1000),
        message: "y".repeat(1_000_000),
    };
    let keys: Vec<_> = (0..200_000)
        .map(|key| format!("main:script.main:{key}"))
        .collect();
    let kind = ErrorKind::Storage {
        backend: "z".repeat(1000),
        operation: "setMany".into(),
        keys: keys.clone(),
        cause: Some(cause),
    };
    let error = Error::new(kind, "it failed");
    let ErrorKind::Storage {
        backend,
        keys: named,
        cause: Some(cause),
        ..
    } = &*error.kind
    else {
        panic!("{error:?}")
    };
    assert!(named.len() > 10_000 && named.iter().map(String::len).sum::<usize>() <= MIB);
    assert_eq!(named[..], keys[..named.len()]);
    assert!(backend.len() <= NAME_BYTES && cause.name.len() <= NAME_BYTES);
    assert!(cause.message.len() <= MESSAGE_BYTES);
}

#[test]
fn given_any_bytes_then_a_bounded_text_fits_and_begins_as_they_do() {
    let texts: [&[u8]; 6] = [
        b"",
        b"plain",
        "é".as_bytes(),
        "a😀".as_bytes(),
        b"\xff",
        b"a\xe2\x82",
    ];
    for part in texts {
        for count in [0, 1, 7, 63, 64, 65, 1000] {
            let bytes = part.repeat(count);
            let whole = String::from_utf8_lossy(&bytes).into_owned();
            for limit in [64, 65, 66, 67, 256] {
                let shown = bounded(&bytes, limit);
                assert!(
                    shown.len() <= limit,
                    "{count} times {part:?} in {limit}: {}",
                    shown.len()
                );
                let mark = format!("… ({} bytes in all)", bytes.len());
                match shown.strip_suffix(&mark) {
                    Some(head) => assert!(whole.starts_with(head) && whole.len() > limit),
                    None => assert_eq!(shown, whole),
                }
                let (mut again, once) = (shown.to_string(), written(&whole, limit));
                cut(&mut again, limit);
                assert_eq!(again, shown, "what is bounded stays");
                assert!(once.len() <= limit);
                assert_eq!(once == whole, whole.len() <= limit);
            }
        }
    }
    assert_eq!(name("short"), "short");
}
