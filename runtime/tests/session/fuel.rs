//! What takes time burns fuel: else a script could loop over it without a look at the clock, and
//! neither its timeout nor a cancel would end it.

use crate::page::{Page, spec};
use pubwiki_lua_runtime::platform::Platform as _;
use pubwiki_lua_runtime::protocol::{Answer, Event, Request, RunLimits};
use pubwiki_lua_runtime::testing::TestPlatform;

/// Looks at the clock that each of these must cause, at least.
const LOOKS: f64 = 20.0;

/// What to prepare, and what takes a tenth of a second or more in some browser, though it is few
/// steps of Lua.
const SLOW: &[(&str, &str)] = &[
    // An exception takes up to 80 µs.
    ("", "for _ = 1, 5000 do pcall(error) end"),
    (
        "local next = coroutine.wrap(function() while true do coroutine.yield() end end)",
        "for _ = 1, 2e5 do next() end",
    ),
    (
        "local s = ('x'):rep(2e7)",
        "for _ = 1, 20 do s:find('y', 1, true) end",
    ),
    (
        "local s = ('x'):rep(2e7)",
        "for _ = 1, 20 do ('y'):find(s) end",
    ),
    (
        "local set = '[' .. ('y'):rep(1e6) .. ']'",
        "('x'):rep(50):find(set .. '*z')",
    ),
    (
        "local set = '%f[' .. ('y'):rep(1e6) .. ']'",
        "('x'):rep(50):find(set)",
    ),
    ("local s = ('x'):rep(5e4)", "s:find('^(x*)%1y')"),
    (
        "local s, items = ('x'):rep(102000), ('x'):rep(1e5) .. '[y]'",
        "s:find(items)",
    ),
    (
        "local s = ('b'):rep(1e6)",
        "for _ = 1, 10 do string.packsize(s) end",
    ),
    (
        "local s = 'i' .. ('0'):rep(1e6) .. '1'",
        "for _ = 1, 100 do string.packsize(s) end",
    ),
    (
        "local s = ('x'):rep(2e7)",
        "for _ = 1, 20 do ('%.3s'):format(s) end",
    ),
    (
        "local mode = ('b'):rep(2e7) .. 't'",
        "for _ = 1, 20 do load('', '', mode) end",
    ),
    (
        "local f = load('error [[x]]', ('x'):rep(2e7))",
        "for _ = 1, 20 do pcall(f) end",
    ),
    ("local s = '--' .. ('x'):rep(15e6)", "load(s)"),
    (
        "local s = ('\\x80'):rep(2e7)",
        "for _ = 1, 20 do utf8.offset(s, 0, #s) end",
    ),
    (
        "local s = 'x' .. ('\\x80'):rep(2e7)",
        "for _ = 1, 20 do utf8.offset(s, 2) utf8.offset(s, -1) end",
    ),
    (
        "local s, each = ('\\x80'):rep(2e7), utf8.codes('')",
        "for _ = 1, 20 do each(s, 0) end",
    ),
    (
        "local s = (' '):rep(2e7)",
        "for _ = 1, 20 do tonumber(s, 10) end",
    ),
    (
        "local s = ('1'):rep(2e7)",
        "for _ = 1, 20 do tonumber(s, 10) end",
    ),
    (
        "local s = '--' .. ('x'):rep(2e7)",
        "for _ = 1, 20 do load(s) end",
    ),
    ("local s = (' '):rep(2e7)", "for _ = 1, 20 do load(s) end"),
    (
        "local t = {} for i = 1, 3e5 do t[i] = {} end",
        "for _ = 1, 20 do collectgarbage('step', 1 << 20) end",
    ),
    (
        "local t = {} for i = 1, 3e5 do t[i] = {} end",
        "for _ = 1, 10 do collectgarbage('generational') collectgarbage('incremental') end",
    ),
    (
        "local t = {} for i = 1, 3e5 do t[i] = {} end collectgarbage('generational')",
        "for _ = 1, 60 do collectgarbage('step') end",
    ),
    (
        "local function deep(n, f) if n == 0 then f() else deep(n - 1, f) end return n end local get = debug.getinfo",
        "deep(6e4, function() for _ = 1, 100 do get(5e4, 'l') end end)",
    ),
    (
        "local t = {} for i = 1, 3e5 do t['x' .. i] = i end package.loaded.x = t",
        "local each = utf8.codes('') for _ = 1, 4 do pcall(each) end",
    ),
    (
        "for i = 1, 1000 do State.watch('temp.', print) end",
        "for _ = 1, 300 do State.set('temp.k', 1) end",
    ),
    (
        "for i = 1, 1000 do State.watch('temp.', print) end",
        "for _ = 1, 300 do State.update('temp.k', function() return 1 end) end",
    ),
    (
        "for i = 1, 1000 do State.watch('temp.', print) end for i = 1, 300 do State.set('temp.' .. i, 1) end",
        "for i = 1, 300 do State.delete('temp.' .. i) end",
    ),
    (
        "local all = { read = true, write = true } State.register({ ['a.b'] = all }) \
         for i = 1, 1e4 do State.set('a.b.c.' .. i, i) end State.register({ ['a.b.c'] = all })",
        "for _ = 1, 100 do State.list('a.') end",
    ),
    (
        "local s = ('1,'):rep(1e6)",
        "for _ = 1, 20 do pcall(json.decode, s) end",
    ),
    (
        "for i = 1, 20 do State.set('temp.' .. i, ('x'):rep(1.7e6)) end",
        "for i = 1, 20 do State.get('temp.' .. i) end",
    ),
    (
        "local all = {} for i = 1, 1000 do all[i] = (' '):rep(1e4) .. '1' end",
        "math.max(table.unpack(all))",
    ),
    (
        "local all = {} for i = 1, 1000 do all[i] = (' '):rep(1e4) .. '1' end",
        "utf8.char(table.unpack(all))",
    ),
    (
        "local all = {} for i = 1, 500 do all[i] = ('x'):rep(1e4) .. i end",
        "table.sort(all)",
    ),
    (
        "local zeros = ('\\0'):rep(2e6) local one, other = zeros .. 1, zeros .. 2",
        "local _ = one < other",
    ),
    // Code without a loop, and loops of much code.
    (
        "local s, f = ('x'):rep(1e6), load('local s = ... ' .. ('s:lower() '):rep(1000))",
        "f(s)",
    ),
    (
        "local f = load('local x = 1 for _ = 1, 500 do ' .. ('x = x // 3 '):rep(1e4) .. ' end')",
        "f()",
    ),
    (
        "local f = load('local x = 1 ' .. ('x = x // 3 '):rep(1e4))",
        "for _ = 1, 500 do f() end",
    ),
    (
        "local t = {} for i = 1, 1e5 do t[i] = {} end local f = load(('collectgarbage() '):rep(100))",
        "f()",
    ),
    (
        "local s = ('x'):rep(1e6) local f = load('local a, b = ... ' .. ('local _ = a == b '):rep(100))",
        "f(s .. 1, s .. 2)",
    ),
    (
        "local s = ('x'):rep(1e6) local f = load('local s = ... ' .. ('local _ = s .. 1 '):rep(100))",
        "f(s)",
    ),
    (
        "local t = {} for i = 1, 1900 do t = setmetatable({}, { __index = t }) end",
        "for _ = 1, 1000 do local _ = t.x end",
    ),
    (
        "local t = {} for i = 1, 1900 do t = setmetatable({}, { __newindex = t }) end",
        "for _ = 1, 1000 do t.x = nil end",
    ),
    (
        "local t = print for i = 1, 3000 do t = setmetatable({}, { __call = t }) end",
        "pcall(t)",
    ),
    (
        "collectgarbage('stop') local t, m = {}, { __gc = function() end } for i = 1, 3000 do t[i] = {} end",
        "for i = 1, 3000 do setmetatable(t[i], m) end",
    ),
    (
        "local t = {} for i = 1, 2e5 do t[i] = true end for i = 1, 2e5 do t[i] = nil end local a = {} for i = 1, 100 do a[i] = t end",
        "json.encode(a)",
    ),
    ("", "os.date(('%%'):rep(1e5))"),
    ("local s = ('x'):rep(2e6)", "os.date(s)"),
    ("", "string.format('%q', ('\\0'):rep(1e6))"),
    (
        "local all = {} for i = 1, 5e4 do all[i] = 1e308 end local s = ('%99.99f'):rep(5e4)",
        "s:format(table.unpack(all))",
    ),
    (
        "local all = {} for i = 1, 1e5 do all[i] = i + 0.1 end",
        "table.concat(all)",
    ),
    ("local s = ('%%'):rep(1e6)", "string.gsub('x', 'x', s)"),
    (
        "local chain = {} for i = 1, 1000 do chain[i * 1023] = i end",
        "for _ = 1, 2000 do local _ = chain[2000 * 1023] end",
    ),
    (
        "local chain = {} for i = 1, 1000 do chain[1.5 + i * 2^-52] = i end",
        "for _ = 1, 2000 do local _ = chain[1.5] end",
    ),
    (
        "local s = 'local function f() local a <const> = 1 ' for i = 1, 100 do s = s .. 'local a' .. i .. ' ' end \
         s = s:rep(100) .. ('x = 1 '):rep(2000) .. ('end '):rep(100)",
        "assert(load(s))",
    ),
    (
        "local s = ('goto x '):rep(32000)",
        "load('do ' .. s .. 'end ::x::')",
    ),
    (
        "local s = '' for i = 1, 3000 do s = s .. '::l' .. i .. '::x = 1 ' end",
        "assert(load(s))",
    ),
    (
        "local f = load(('x = 1 '):rep(1e5) .. 'local a = x.y.z')",
        "for _ = 1, 50 do pcall(f) end",
    ),
    (
        "local s = '\"' .. ('\\\\n'):rep(2e6) .. '\"'",
        "json.decode(s)",
    ),
    ("local s = '[' .. (' '):rep(1e7) .. ']'", "json.decode(s)"),
    (
        "local all = {} for i = 1, 1e5 do all[i] = i + 0.1 end",
        "for _ = 1, 10 do json.encode(all) end",
    ),
    (
        "local s = ('x'):rep(2e7)",
        "for _ = 1, 20 do pcall(State.get, s) end",
    ),
    (
        "local t = {} for i = 1, 1e5 do t[i] = i end",
        "for _ = 1, 30 do State.set('temp.k', t) end",
    ),
    (
        "local t = {} for i = 1, 1e5 do t[i] = i end State.set('temp.k', t)",
        "for _ = 1, 40 do State.get('temp.k') end",
    ),
    (
        "for i = 1, 1e3 do State.set('temp.' .. i, i) end",
        "for _ = 1, 100 do State.list('temp.') end",
    ),
    (
        "for i = 1, 1e5 do package.searchers[i] = math.type end",
        "pcall(require, 'x')",
    ),
    (
        "package.preload.x = function() return false end \
         for i = 1, 600 do package.preload['y' .. i] = coroutine.yield \
         coroutine.resume(coroutine.create(require), 'y' .. i) end",
        "for _ = 1, 300 do require('x') end",
    ),
];

/// How often the clock is looked at while `code` runs.
fn looks(code: &str) -> f64 {
    let platform = TestPlatform::new();
    platform.tick(1.0);
    let Page { platform, session } = Page::on(platform);
    let spec = spec(
        code,
        RunLimits {
            cpu_ms: Some(u32::MAX),
            timeout_ms: Some(u32::MAX),
            memory_bytes: Some(1 << 30),
            output_bytes: None,
        },
    );
    let before = platform.monotonic_ms();
    session.receive(Request::Run { id: 1, spec });
    platform.run();
    let looks = platform.monotonic_ms() - before;
    let ended = platform.sent().into_iter().any(|event| {
        matches!(
            event,
            Event::Answer {
                id: 1,
                answer: Answer::Run(_)
            }
        )
    });
    assert!(ended, "{code}");
    looks
}

#[test]
fn given_what_takes_long_then_the_clock_is_looked_at() {
    let missed: Vec<_> = SLOW
        .iter()
        .filter_map(|(before, code)| {
            let looks = looks(&format!("{before} {code}")) - looks(before);
            (looks < LOOKS).then(|| format!("{looks} looks: {code}"))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
