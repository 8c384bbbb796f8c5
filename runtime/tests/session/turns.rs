//! Others' turns alongside what takes long: in no step of a script do they wait for its end.

use crate::page::{Page, spec};
use pubwiki_lua_runtime::protocol::{Answer, ErrorKind, Event, Limit, Request, RunLimits};
use pubwiki_lua_runtime::testing::TestPlatform;

/// Loops whose tank runs out in Rust, where Lua cannot yield, time and again.
const RUSTY: &[&str] = &[
    "while true do State.flush() end",
    "while true do State.update('temp.n', function(n) return (n or 0) + 1 end) end",
    "while true do coroutine.wrap(State.flush)() end",
    "local t = {} for i = 1, 1e5 do t[i] = i end while true do State.set('temp.k', t) end",
    "local t = {} for i = 1, 1e5 do t[i] = i end while true do json.encode(t) end",
    "local s = '[' .. ('1,'):rep(1e5) .. '1]' while true do json.decode(s) end",
];

/// What would go on for its whole time in one function of a library.
const LIBRARY: &[&str] = &[
    "string.find(('a'):rep(1e5), ('.-'):rep(30) .. 'b')",
    "string.match(('a'):rep(1e5), ('a*'):rep(30) .. 'b')",
    "for _ in string.gmatch(('a'):rep(1e5), ('a?'):rep(30) .. ('a'):rep(30) .. 'b') do end",
    "string.gsub(('('):rep(1e6), '%b()', '')",
    "string.gsub(('a'):rep(1e5), '[^b]-b', '')",
    "string.find(('a'):rep(3e5), ('a'):rep(1e5) .. 'b', 1, true)",
    "('x'):rep(1e6):find('[' .. ('y'):rep(1e6) .. 'x]*z')",
    "('x'):rep(1e6):find('%f[' .. ('y'):rep(1e6) .. ']')",
    "('x'):gsub('.', function() while true do end end)",
    "('x'):gsub('.', function() while true do pcall(error) end end)",
    "('x'):gsub('.', function() pcall(function() while true do end end) end)",
    "('x'):gsub('.', setmetatable({}, { __index = function() while true do end end }))",
    "('x'):gsub('.', function() ('a'):rep(1e5):find(('.-'):rep(30) .. 'b') end)",
    "table.sort({ 3, 2, 1 }, function() while true do end end)",
    "table.sort({ 3, 2, 1 }, function() pcall(string.rep) while true do end end)",
    "table.sort({ 3, 2, 1 }, coroutine.wrap(function() while true do end end))",
    "table.sort(setmetatable({}, { __len = function() return 2e9 end, __index = function() return 1 end, __newindex = function() end }))",
    "table.sort(setmetatable({}, { __len = function() while true do end end }))",
    "local m = { __lt = function() while true do end end } table.sort({ setmetatable({}, m), setmetatable({}, m) })",
    "table.concat(setmetatable({}, { __len = function() return math.maxinteger end, __index = function() return '' end }))",
    "table.concat(setmetatable({}, { __index = function() while true do end end }), '', 1, 1)",
    "table.move({}, 1, math.maxinteger - 1, 2)",
    "table.move({ 1 }, 1, 1, 1, setmetatable({}, { __newindex = function() while true do end end }))",
    "table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 1)",
    "table.remove(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1)",
    "table.unpack(setmetatable({}, { __index = function() while true do end end }), 1, 1)",
    "coroutine.wrap(function() ('x'):gsub('.', function() while true do end end) end)()",
];

/// Functions of the script's that do not end, called by something other than Lua code.
const CALLED: &[&str] = &[
    "tostring(setmetatable({}, { __tostring = function() while true do end end }))",
    "print(1, setmetatable({}, { __tostring = function() while true do end end }))",
    "('%d %s'):format(1, setmetatable({}, { __tostring = function() while true do end end }))",
    "('%9s'):format(setmetatable({}, { __tostring = function() while true do pcall(error) end end }))",
    "for _ in ipairs(setmetatable({}, { __index = function() while true do end end })) do end",
    "for _ in ipairs(setmetatable({}, { __index = function() return 1 end })) do end",
    "xpcall(error, function() while true do end end)",
    "xpcall(error, function() while true do pcall(error) end end)",
    "xpcall(function() local x = nil + 1 end, function() while true do end end)",
    "xpcall(function() ('x'):rep({}) end, function() for _ in function() return 1 end do end end)",
    "xpcall(function() ('x'):gsub('x', error) end, function() table.sort({ 1, 2 }, function() while true do end end) end)",
    "xpcall(State.get, function() while true do end end)",
    "coroutine.wrap(function() xpcall(error, function() while true do end end) end)()",
    "State.update('temp.k', function() while true do end end)",
    "State.update('temp.k', function() xpcall(error, function() while true do end end) end)",
    "host.echo(tostring(setmetatable({}, { __tostring = function() while true do end end })))",
];

/// Endless loops of what cannot be left, each for a short time.
const SHORT: &[&str] = &[
    "while true do pcall(load, function() for _ = 1, 1e5 do end end) end",
    "while true do pcall(load, function() for _ = 1, 1e5 do end error() end) end",
    "while true do setmetatable({}, { __gc = function() for _ = 1, 1e5 do end end }) collectgarbage() end",
    "while true do local co = coroutine.create(function() local t <close> = setmetatable({}, \
      { __close = function() for _ = 1, 1e5 do end end }) coroutine.yield() end) coroutine.resume(co) coroutine.close(co) end",
];

/// What cannot be left at all, and does not end.
const HELD: &[&str] = &[
    "setmetatable({}, { __gc = function() while true do end end }) collectgarbage()",
    "setmetatable({}, { __gc = function() while true do pcall(error) end end })",
    "local t <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
    "local co = coroutine.create(function() local t <close> = setmetatable({}, \
      { __close = function() while true do end end }) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
    "load(function() while true do end end)",
    "load(coroutine.wrap(function() while true do end end))",
];

#[test]
fn given_a_function_that_does_not_end_wherever_it_is_called_then_other_runs_have_their_turns() {
    others_have_their_turns_beside(CALLED, 100);
}

#[test]
fn given_loops_of_what_cannot_be_left_then_other_runs_have_their_turns_in_between() {
    others_have_their_turns_beside(SHORT, 1_000);
}

#[test]
fn given_what_cannot_be_left_and_does_not_end_then_it_is_ended_long_before_its_limits() {
    for code in HELD {
        let platform = TestPlatform::new();
        platform.tick(1.0);
        let Page { platform, session } = Page::on(platform);
        for (id, code) in [(1, *code), (2, "return 1")] {
            let spec = spec(code, RunLimits::default());
            session.receive(Request::Run { id, spec });
        }
        platform.run();
        let ended: Vec<_> = platform
            .sent()
            .into_iter()
            .filter_map(|event| match event {
                Event::Answer { id, answer } if id > 0 => match answer {
                    Answer::Error(error) => Some((id, Some(*error.kind))),
                    _ => Some((id, None)),
                },
                _ => None,
            })
            .collect();
        let limit = ErrorKind::Limit {
            limit: Limit::CpuMs,
            value: 1_000.0,
        };
        assert!(ended.contains(&(1, Some(limit))), "{code}: {ended:?}");
        assert!(ended.contains(&(2, None)), "{code}: {ended:?}");
        let now = platform.shared().monotonic_ms();
        assert!(now < 2_000.0, "{code}: {now}");
    }
}

#[test]
fn given_endless_work_of_a_library_then_other_runs_have_their_turns() {
    others_have_their_turns_beside(LIBRARY, 100);
}

#[test]
fn given_loops_of_work_that_cannot_give_way_then_other_runs_have_their_turns() {
    others_have_their_turns_beside(RUSTY, 500);
}

fn others_have_their_turns_beside(codes: &[&str], timeout_ms: u32) {
    for code in codes {
        let platform = TestPlatform::new();
        platform.tick(1.0);
        let Page { platform, session } = Page::on(platform);
        let limits = RunLimits {
            timeout_ms: Some(timeout_ms),
            ..RunLimits::default()
        };
        for (id, code) in [(1, *code), (2, "return 1")] {
            let spec = spec(code, limits);
            session.receive(Request::Run { id, spec });
        }
        platform.run();
        let ended: Vec<u32> = platform
            .sent()
            .into_iter()
            .filter_map(|event| match event {
                Event::Answer { id, .. } if id > 0 => Some(id),
                _ => None,
            })
            .collect();
        assert_eq!(ended, [2, 1], "{code}");
    }
}

#[test]
fn given_runs_that_answer_each_other_then_a_third_has_its_turn() {
    let platform = TestPlatform::new();
    platform.tick(1.0);
    let Page { platform, session } = Page::on(platform);
    let limits = RunLimits {
        timeout_ms: Some(1_000),
        ..RunLimits::default()
    };
    let answering = |own: &str, other: &str| {
        format!(
            "local n = 0 while true do n = n + 1 State.set('script.main.{own}', n) State.wait('script.main.{other}') end"
        )
    };
    let third = "return 1".to_owned();
    for (id, code) in [
        (1, answering("a", "b")),
        (2, answering("b", "a")),
        (3, third),
    ] {
        let spec = spec(&code, limits);
        session.receive(Request::Run { id, spec });
    }
    platform.run();
    let ended = platform.sent().into_iter().find_map(|event| match event {
        Event::Answer { id, .. } if id > 0 => Some(id),
        _ => None,
    });
    assert_eq!(ended, Some(3));
}
