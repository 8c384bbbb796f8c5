//! Limits that end a run.

use crate::support::{Page, kind, run, run_with};
use pubwiki_lua_runtime::protocol::{ErrorKind, Limit, Request, RunLimits, Value};
use std::time::Duration;

/// Scripts that do not want to end.
const ENDLESS: &[&str] = &[
    "while true do end",
    "for i = 1, math.huge do end",
    "::again:: goto again",
    "local function f() return f() end f()",
    "while true do pcall(function() while true do end end) end",
    "while true do pcall(error) end",
    "while true do coroutine.wrap(function() while true do end end)() end",
    "local function f() pcall(f) f() end f()",
    "local function f() xpcall(f, f) return f() end f()",
    "setmetatable({}, { __gc = function() while true do end end }) collectgarbage()",
    "setmetatable({}, { __gc = function() while true do end end })",
    "local t <close> = setmetatable({}, { __close = function() while true do end end })",
    "local t <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
    "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end",
    "return xpcall(error, function() while true do end end)",
    "load('while true do end')()",
    "while true do load('x = 1')() end",
    "sleep(100000)",
    "while true do sleep(1) end",
    "table.sort({ 3, 2, 1, 4, 5, 6 }, function() while true do end end)",
    "return (('x'):rep(10):gsub('.', function() while true do end end))",
    "for _ in function() return 1 end do end",
    "for _ in os.time do end",
    "load('local x = 1 while true do ' .. ('x = x // 3 '):rep(1e4) .. ' end')()",
    "State.update('temp.k', function() while true do end end)",
    "for _ in ipairs(setmetatable({}, { __index = rawequal })) do end",
    "return tostring(setmetatable({}, { __tostring = function() while true do end end }))",
    "error(setmetatable({}, { __tostring = function() while true do end end }))",
    "local co co = coroutine.create(function() local t <close> = setmetatable({}, { __close = function() while true do end end }) coroutine.yield() end) \
     coroutine.resume(co) coroutine.close(co)",
    // Loops in C.
    "return string.find(('a'):rep(30000), '.-.-.-.-b$')",
    "return string.find(('a'):rep(300000), ('a'):rep(150000) .. 'b', 1, true)",
    "return table.move({}, 1, math.maxinteger - 1, 2)",
    "return table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, math.maxinteger)",
    "return table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 1)",
    "return table.remove(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1)",
    "return table.sort(setmetatable({}, { __len = function() return 2000000000 end, __index = function() return 1 end, __newindex = function() end }))",
    "local s = ('x'):rep(10000000) while true do s:upper() end",
    "local a, b = ('x'):rep(20000000), ('x'):rep(20000000) while a == b do end",
    "local a, b = ('x'):rep(20000000), ('x'):rep(20000000) while a <= b do end",
    "local t = {} for i = 1, 1000000 do t[i] = i end for i = 1, 1000000 do t[i] = nil end while true do next(t) end",
    "local t = {} for i = 1, 300000 do t[i] = { i } end while true do collectgarbage() end",
    "local function f(...) while true do local t = ... end end f(table.unpack({}, 1, 150000))",
    "local s = ('1'):rep(30000000) while true do tonumber(s) end",
    "local s = ('x'):rep(10000000) while true do utf8.len(s) end",
    "local s = ('x = 1 '):rep(1000000) while true do load(s) end",
];

/// Far more than a run may take over its deadline: machines are busy.
const SLACK: Duration = Duration::from_secs(20);

#[test]
fn given_an_endless_script_then_its_timeout_ends_it() {
    for code in ENDLESS {
        let ended = run_with(
            code,
            RunLimits {
                timeout_ms: Some(200),
                ..RunLimits::default()
            },
            vec![],
        );
        assert!(ended.took < SLACK, "{code}: took {:?}", ended.took);
        let error = ended.error();
        let expected = ErrorKind::Limit {
            limit: Limit::TimeoutMs,
            value: 200.0,
        };
        assert_eq!(kind(&error), &expected, "{code}: {error:?}");
    }
}

/// Where nothing of the loop is Lua's but the jump back.
#[test]
fn given_any_function_of_the_libraries_as_an_iterator_then_the_loop_ends() {
    let all = "local names, seen = {}, {} \
               local function walk(t, path) \
                   if seen[t] then return end seen[t] = true \
                   for k, v in pairs(t) do \
                       local name = ('%s[%q]'):format(path, k) \
                       if type(v) == 'function' then names[#names + 1] = name \
                       elseif type(v) == 'table' then walk(v, name) end \
                   end \
               end \
               walk(_G, '_G') return names";
    let values = run(all).values();
    let [Value::Array(names)] = values.as_slice() else {
        panic!("{values:?}");
    };
    assert!(names.len() > 100, "{names:?}");
    for name in names {
        let Value::Str(name) = name else {
            panic!("{name:?}")
        };
        for code in [
            format!("for _ in {name} do end"),
            format!("for _ in {name}, 'a', 1 do end"),
            format!("for _ in ipairs(setmetatable({{}}, {{ __index = {name} }})) do end"),
        ] {
            let limits = RunLimits {
                timeout_ms: Some(30),
                ..RunLimits::default()
            };
            let ended = run_with(&code, limits, vec![]);
            assert!(ended.took < SLACK, "{code}: took {:?}", ended.took);
        }
    }
}

#[test]
fn given_an_endless_loop_then_its_cpu_limit_ends_it_and_sleep_does_not_count() {
    let limits = RunLimits {
        cpu_ms: Some(50),
        ..RunLimits::default()
    };
    let error = run_with("while true do end", limits, vec![]).error();
    assert_eq!(
        kind(&error),
        &ErrorKind::Limit {
            limit: Limit::CpuMs,
            value: 50.0
        }
    );
    run_with("sleep(200)", limits, vec![]).values();
}

#[test]
fn given_a_cancel_then_an_endless_script_ends_wherever_lua_can_yield() {
    let yieldable = [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "sleep(100000)",
        "while true do coroutine.wrap(function() while true do end end)() end",
        "for _ in function() return 1 end do end",
    ];
    for code in yieldable {
        let mut page = Page::open();
        page.start(1, code, RunLimits::default(), vec![]);
        let mut sent = false;
        let ended = page.until_ended(|page, since| {
            if since > Duration::from_millis(50) && !std::mem::replace(&mut sent, true) {
                page.session.receive(Request::Cancel { run: 1 });
            }
        });
        assert!(ended.took < SLACK, "{code}: took {:?}", ended.took);
        assert_eq!(kind(&ended.error()), &ErrorKind::Cancelled, "{code}");
    }
}

#[test]
fn given_a_script_that_wants_too_much_memory_then_the_limit_ends_it_even_in_pcall() {
    let greedy = [
        "return pcall(string.rep, 'x', 1 << 30)",
        "local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do t = { t } end",
        "local t = {} while true do t[#t + 1] = function() return t end end",
        "local t = {} while true do t[#t + 1] = coroutine.create(print) end",
        "pcall(function() local t = {} while true do t[#t + 1] = {} end end) return 'went on'",
        "while true do pcall(string.rep, 'x', 1 << 26) end",
    ];
    for code in greedy {
        let error = run_with(
            code,
            RunLimits {
                memory_bytes: Some(1 << 22),
                ..RunLimits::default()
            },
            vec![],
        )
        .error();
        let expected = ErrorKind::Limit {
            limit: Limit::MemoryBytes,
            value: f64::from(1 << 22),
        };
        assert_eq!(kind(&error), &expected, "{code}: {error:?}");
    }
}

#[test]
fn given_a_script_that_makes_state_grow_without_end_then_its_memory_limit_ends_it() {
    let greedy = [
        "for i = 1, math.huge do State.set('temp.' .. i, i) end",
        "for i = 1, math.huge do State.set('script.main.' .. i, ('x'):rep(10000)) end",
        "for i = 1, math.huge do State.update('script.main.' .. i, function() return ('x'):rep(10000) end) end",
        "for i = 1, math.huge do pcall(State.set, 'temp.' .. i, { { i } }, { ttl = 1 << 40 }) end",
        "State.register({ ['my.notes'] = { read = true, write = true, shared = false, persistent = false } }) for i = 1, math.huge do State.set('my.notes.' .. i, i) end",
    ];
    let limits = RunLimits {
        memory_bytes: Some(1 << 22),
        ..RunLimits::default()
    };
    for code in greedy {
        let error = run_with(code, limits, vec![]).error();
        let expected = ErrorKind::Limit {
            limit: Limit::MemoryBytes,
            value: f64::from(1 << 22),
        };
        assert_eq!(kind(&error), &expected, "{code}: {error:?}");
    }
    let modest = [
        "for i = 1, 1000 do State.set('temp.k', ('x'):rep(10000)) end",
        "for i = 1, 1000 do State.set('temp.' .. i, ('x'):rep(10000)) State.delete('temp.' .. i) end",
        "for i = 1, 40 do State.set('temp.' .. i % 20, ('x'):rep(150000), { ttl = 5 }) if i == 20 then sleep(20) end end",
    ];
    for code in modest {
        run_with(code, limits, vec![]).values();
    }
}

#[test]
fn given_what_is_made_for_a_script_beside_its_lua_then_it_counts_for_the_memory_limit_too() {
    let greedy = [
        // Six times as long once it is JSON.
        "local s, t = ('\\1'):rep(50000), {} for i = 1, 8 do t[i] = s end return #json.encode(t)",
        "return #json.encode(('\\1'):rep(250000))",
        // Together more than the limit, each by itself less.
        "local s = ('x'):rep(380000) return #json.encode(s)",
        "local s = ('x'):rep(380000) return host.echo(s)",
        "local s = ('x'):rep(380000) return s, s",
        "return json.decode('[' .. ('1,'):rep(50000) .. '1]')",
        "return json.decode('[' .. ('[],'):rep(25000) .. '1]')",
        "return json.decode('[' .. ('{\"\":1},'):rep(12000) .. '1]')",
        "local t = {} for i = 1, 7000 do t[i] = { a = 1 } end return host.echo(t)",
        "local t, u = {}, {} for i = 1, 100 do t[i] = i end for i = 1, 800 do u[i] = t end return #json.encode(u)",
    ];
    let limits = RunLimits {
        memory_bytes: Some(1 << 20),
        ..RunLimits::default()
    };
    for code in greedy {
        let error = run_with(code, limits, vec![]).error();
        let expected = ErrorKind::Limit {
            limit: Limit::MemoryBytes,
            value: f64::from(1 << 20),
        };
        assert_eq!(kind(&error), &expected, "{code}: {error:?}");
    }
    let modest = [
        "return #json.encode(('\\1'):rep(70000))",
        "local s = ('x'):rep(250000) return #json.encode(s)",
        "local s = ('x'):rep(250000) for _ = 1, 5 do s = host.echo(s) end return #s",
        // Garbage makes room.
        "for i = 1, 20 do local s = ('x'):rep(220000) .. i s = json.decode(json.encode(s)) end",
        "for i = 1, 20 do State.set('temp.k', ('x'):rep(220000) .. i) end",
        "for i = 1, 20 do pcall(json.encode, { ('x'):rep(120000), print }) end",
    ];
    for code in modest {
        run_with(code, limits, vec![]).values();
    }
}

#[test]
fn given_more_than_a_thousand_watches_then_they_are_refused() {
    let code = "local all = {} for i = 1, 1000 do all[i] = State.watch('temp.k', print) end \
                local ok, e = pcall(State.watch, 'temp.k', print) all[1]() State.watch('temp.k', print) \
                return ok, tostring(e):find('too many watches', 1, true) ~= nil";
    assert_eq!(
        run_with(code, RunLimits::default(), vec![]).values(),
        [Value::Bool(false), Value::Bool(true)]
    );
}

#[test]
fn given_a_flood_of_output_then_what_fits_comes_out_and_the_limit_ends_it() {
    let limits = RunLimits {
        output_bytes: Some(10),
        ..RunLimits::default()
    };
    let ended = run_with("while true do pcall(print, 'abc') end", limits, vec![]);
    assert_eq!(ended.output, "abc\nabc\nab");
    assert_eq!(
        kind(&ended.error()),
        &ErrorKind::Limit {
            limit: Limit::OutputBytes,
            value: 10.0
        }
    );
}
