//! Waits, in either way of suspension.

use crate::support::{Page, run, text};
use pubwiki_lua_runtime::protocol::{RunLimits, Value};

#[test]
fn given_waits_where_lua_can_yield_then_the_script_never_sees_them() {
    let cases = [
        ("return host.echo(5)", "5"),
        ("return (pcall(host.echo, 7))", "true"),
        (
            "local t = setmetatable({}, { __index = function(_, k) return host.echo(k) end }) return t.foo",
            "foo",
        ),
        (
            "local t = setmetatable({}, { __add = function(a, b) return host.echo(b) end }) return t + 3",
            "3",
        ),
        (
            "local r = '' for v in function(_, v) v = host.echo((v or 0) + 1) if v < 4 then return v end end do r = r .. v end return r",
            "123",
        ),
        (
            "local co = coroutine.wrap(function() local x = host.echo(1) coroutine.yield(x) return host.echo(2) end) return co() .. co()",
            "12",
        ),
        (
            "local co = coroutine.create(function(a) local b = coroutine.yield(host.echo(a)) return host.echo(b) end) \
          local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 2) return x .. y .. coroutine.status(co)",
            "12dead",
        ),
        (
            "local outer = coroutine.wrap(function() local inner = coroutine.wrap(function() coroutine.yield(host.echo('in')) return host.echo('ner') end) \
          return inner() .. inner() end) return outer()",
            "inner",
        ),
        (
            "local co = coroutine.wrap(function() error(host.echo('e'), 0) end) local _, e = pcall(co) return e",
            "e",
        ),
        (
            "do local t <close> = setmetatable({}, { __close = function() host.echo(1) end }) end return 'closed'",
            "closed",
        ),
        ("for _ = 1, 3 do sleep(2) end return 'slept'", "slept"),
        (
            "local t = { 3, 1, 2 } table.sort(t, function(a, b) return host.echo(a < b) end) return table.concat(t)",
            "123",
        ),
        (
            "local t = { 3, 2, 1 } table.sort(t, function(a, b) return coroutine.wrap(function() return host.echo(a < b) end)() end) return table.concat(t)",
            "123",
        ),
        (
            "local m = { __lt = function(a, b) return host.echo(a.n < b.n) end } local function of(n) return setmetatable({ n = n }, m) end \
          local t = { of(3), of(1), of(2) } table.sort(t) return t[1].n .. t[2].n .. t[3].n",
            "123",
        ),
        (
            "return table.concat(setmetatable({}, { __len = function() return host.echo(2) end, __index = function(_, i) return host.echo(i) end }))",
            "12",
        ),
        (
            "local t = setmetatable({}, { __len = function() return host.echo(2) end, __index = function(_, i) return host.echo(i) end, \
          __newindex = function(t, i, v) rawset(t, i, host.echo(v)) end }) \
          table.insert(t, 1, 'x') local last = table.remove(t) table.move(t, 1, 2, 5) return last .. t[1] .. t[5] .. table.concat({ table.unpack(t) })",
            "1xxx2",
        ),
        (
            "return (('abc'):gsub('.', function(c) return host.echo(c .. c) end))",
            "aabbcc",
        ),
        (
            "return (('ab'):gsub('.', setmetatable({}, { __index = function(_, c) return host.echo(c .. '!') end })))",
            "a!b!",
        ),
        (
            "return tostring(setmetatable({}, { __tostring = function() return host.echo('text') end }))",
            "text",
        ),
        (
            "return ('%d %s %5s'):format(1, setmetatable({}, { __tostring = function() return host.echo('text') end }), \
          setmetatable({}, { __tostring = function() return host.echo('x') end }))",
            "1 text     x",
        ),
        (
            "local r = '' for _, v in ipairs(setmetatable({}, { __index = function(_, i) return host.echo(({ 'a', 'b' })[i]) end })) do r = r .. v end return r",
            "ab",
        ),
        (
            "return select(2, xpcall(error, function(e) return host.echo(e) end, 'e'))",
            "e",
        ),
        (
            "return select(2, xpcall(function() ('x'):gsub('x', function() error(host.echo('e'), 0) end) end, function(e) return host.echo(e .. host.echo('!')) end))",
            "e!",
        ),
        (
            "return select(2, xpcall(function() local x = nil + 1 end, function(e) local before = debug.traceback('', 2) host.echo(1) return before == debug.traceback('', 2) end))",
            "true",
        ),
        (
            "return (('ab'):gsub('.', function(c) local _, e = pcall(function() error(host.echo(c), 0) end) return (e:gsub('.', host.echo)) end))",
            "ab",
        ),
    ];
    for (code, expected) in cases {
        let code = format!("return tostring((function() {code} end)())");
        assert_eq!(run(&code).values(), [text(expected)], "{code}");
    }
}

#[test]
fn given_a_wait_where_lua_cannot_yield_then_the_error_says_so_and_nothing_else_breaks() {
    let places = [
        "assert(load(function() return host.echo('x') end))",
        "assert(load(function() return coroutine.wrap(function() return host.echo('x') end)() end))",
        "assert(load(function() return tostring(setmetatable({}, { __tostring = function() return host.echo('x') end })) end))",
    ];
    for place in places {
        let code = format!(
            "local ok, e = pcall(function() return {place} end) return ok, e.code, host.echo('still works')"
        );
        assert_eq!(
            run(&code).values(),
            [Value::Bool(false), text("CANNOT_WAIT"), text("still works")],
            "{place}"
        );
    }
}

#[test]
fn given_a_function_of_a_library_that_can_wait_then_a_script_still_cannot_yield_across_it() {
    let cases = [
        "('x'):gsub('x', function() coroutine.yield() end)",
        "('x'):gsub('x', function() host.echo(1) coroutine.yield() end)",
        "('x'):gsub('x', function() pcall(error) coroutine.yield() end)",
        "('x'):gsub('x', setmetatable({}, { __index = coroutine.yield }))",
        "table.sort({ 1, 2 }, coroutine.yield)",
        "table.sort({ 1, 2 }, function(a, b) host.echo(1) coroutine.yield() end)",
        "table.concat(setmetatable({}, { __len = function() return 1 end, __index = coroutine.yield }))",
    ];
    for case in cases {
        let code = format!(
            "local function yields() return pcall(function() {case} end) end \
             local before = coroutine.wrap(function() local ok, e = yields() return tostring(e), coroutine.isyieldable() end) \
             local inside ('x'):gsub('x', function() inside = coroutine.isyieldable() end) \
             return before() .. tostring(inside)"
        );
        let values = run(&code).values();
        assert_eq!(
            values,
            [text("attempt to yield across a C-call boundaryfalse")],
            "{case}"
        );
    }
}

#[test]
fn given_state_in_memory_then_it_needs_no_wait_inside_a_comparator() {
    let code = "State.set('script.main.n', 1) local t = { 3, 1, 2 } \
                table.sort(t, function(a, b) State.set('script.main.n', State.get('script.main.n') + 1) return a < b end) \
                return table.concat(t), State.get('script.main.n') > 1";
    assert_eq!(run(code).values(), [text("123"), Value::Bool(true)]);
}

#[test]
fn given_endless_loops_beside_it_then_a_short_run_still_answers() {
    let mut page = Page::open();
    for id in 2..12 {
        page.start(
            id,
            "while true do end",
            RunLimits {
                timeout_ms: Some(3_000),
                ..RunLimits::default()
            },
            vec![],
        );
    }
    page.start(1, "return 1", RunLimits::default(), vec![]);
    assert_eq!(page.until_ended(|_, _| {}).values(), [Value::Int(1)]);
}

#[test]
fn given_output_then_it_streams_while_the_script_runs() {
    let mut page = Page::open();
    let mut streamed = false;
    page.start(
        1,
        "print('early') sleep(100) print('late')",
        RunLimits::default(),
        vec![],
    );
    let ended = page.until_ended(|_, since| streamed |= since.as_millis() > 20);
    assert!(streamed);
    assert_eq!(ended.output, "early\nlate\n");
}
