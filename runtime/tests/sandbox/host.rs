//! The page's functions, as scripts find them.

use crate::support::{Page, text};
use pubwiki_lua_runtime::protocol::{ErrorKind, Request, RunLimits, Value};

/// A page that has told what functions it has.
fn page(names: &[&str]) -> Page {
    let page = Page::open();
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    page.session.receive(Request::Functions { names });
    page
}

fn run(mut page: Page, code: &str) -> Vec<Value> {
    page.start(1, code, RunLimits::default(), Vec::new());
    page.until_ended(|_, _| {}).values()
}

#[test]
fn given_functions_that_the_page_has_told_then_others_are_nil_and_pairs_finds_them_all() {
    let code = "
        local names, calls = {}, 0
        for name, f in pairs(host) do names[#names + 1] = name calls = calls + (pcall(f) and 1 or 0) end
        table.sort(names)
        return host.missing, type(host.echo), rawequal(host.echo, host.echo), host[1], host[('x'):rep(1000)],
          table.concat(names, ' '), calls";
    let found = run(page(&["probe", "echo", "some name", "echo"]), code);
    let expected = [
        Value::Nil,
        text("function"),
        Value::Bool(true),
        Value::Nil,
        Value::Nil,
        text("echo probe some name"),
        Value::Int(2),
    ];
    assert_eq!(found, expected);
}

#[test]
fn given_100000_functions_then_pairs_finds_them_all() {
    let names: Vec<_> = (0..100_000).map(|n| format!("f{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let code = "local n = 0 for name in pairs(host) do n = n + 1 end return n";
    assert_eq!(run(page(&names), code), [Value::Int(100_000)]);
}

#[test]
fn given_a_page_that_tells_more_then_a_run_under_way_finds_it() {
    let mut page = page(&[]);
    let code = "local before = host.echo sleep(1) return before, host.echo(7)";
    page.start(1, code, RunLimits::default(), Vec::new());
    page.turn();
    page.session.receive(Request::Functions {
        names: vec!["echo".into()],
    });
    let values = page.until_ended(|_, _| {}).values();
    assert_eq!(values, [Value::Nil, Value::Int(7)]);
}

#[test]
fn given_a_call_of_what_the_page_has_not_or_with_a_colon_then_the_error_says_what_to_do() {
    let code = "
        local function failure(f) return select(2, pcall(f)) end
        return failure(function() host.missing() end), failure(function() host:echo(1) end)";
    let found = run(page(&["echo"]), code);
    let expected = [
        "main:2: attempt to call a nil value (field 'missing'): the page has registered no function host.missing",
        "main:3: host.echo is called with a dot, as host.echo(...): a colon gives it host itself",
    ];
    assert_eq!(found.len(), 2);
    for (found, expected) in found.iter().zip(expected) {
        let Value::Str(found) = found else {
            panic!("{found:?}")
        };
        assert!(found.ends_with(&expected[7..]), "{found}");
    }
}

#[test]
fn given_several_results_or_none_then_lua_gets_so_many() {
    let code = "return select('#', host.several()), host.several()";
    let values = run(page(&["several"]), code);
    assert_eq!(
        values,
        [Value::Int(3), Value::Int(1), Value::Nil, text("three")]
    );
    let code = "return select('#', host.none()), (host.none())";
    assert_eq!(run(page(&["none"]), code), [Value::Int(0), Value::Nil]);
}

#[test]
fn given_what_is_thrown_as_a_value_then_the_script_has_it_as_the_cause() {
    let code = "
        local ok, e = pcall(host.throw)
        local other = select(2, pcall(host.fail))
        return e.code, e.message, e.cause.status, e.cause.why[1], other.cause, ('x').cause";
    let expected = [
        text("HOST_ERROR"),
        text("host.throw: Error: not found"),
        Value::Int(404),
        text("gone"),
        Value::Nil,
        Value::Nil,
    ];
    assert_eq!(run(page(&["throw", "fail"]), code), expected);
    let mut page = page(&["throw"]);
    page.start(1, "host.throw()", RunLimits::default(), Vec::new());
    let error = page.until_ended(|_, _| {}).result.unwrap_err();
    assert!(
        matches!(&*error.kind, ErrorKind::Host { cause, value: Value::Nil } if cause.message == "not found"),
        "{error:?}"
    );
}
