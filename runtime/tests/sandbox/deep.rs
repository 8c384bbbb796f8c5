//! Errors that are caught time and again where the stack is as deep as it gets.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{ErrorKind, RunLimits, Value};
use std::time::Duration;

/// Each calls itself without end through what catches, handles or closes, and through what the engine
/// can leave meanwhile.
const RECURSIONS: &[&str] = &[
    "local function f() xpcall(f, print) return f() end f()",
    "local function f() xpcall(f, f) return f() end f()",
    "local function f() xpcall(f, function(e) error(e) end) return f() end f()",
    "local function f() pcall(f) return f() end f()",
    "local function f() local x <close> = setmetatable({}, { __close = f }) pcall(f) return f() end f()",
    "local function f() local x <close> = setmetatable({}, { __close = error }) xpcall(f, print) return f() end f()",
    "local function f() xpcall(table.sort, print, { 3, 2, 1 }, f) return f() end f()",
    "local function f() xpcall(tostring, print, setmetatable({}, { __tostring = f })) return f() end f()",
    "local function f() ('xx'):gsub('x', f) return f() end while true do xpcall(f, print) end",
    "local function f() coroutine.wrap(f)() end while true do xpcall(f, print) end",
    "local function f() coroutine.wrap(xpcall)(f, print) return f() end while true do xpcall(f, print) end",
];

/// Ten times what a cancel may take.
const BLIND: Duration = Duration::from_secs(1);

#[test]
fn given_errors_caught_at_any_depth_then_the_clock_is_looked_at_all_along() {
    let limits = RunLimits {
        timeout_ms: Some(1_000),
        output_bytes: Some(u32::MAX),
        ..RunLimits::default()
    };
    for code in RECURSIONS {
        let mut page = Page::open();
        page.start(1, code, limits, vec![]);
        let ended = page.until_ended(|_, _| {});
        assert!(ended.blind < BLIND, "{code}: blind for {:?}", ended.blind);
        let kind = *ended.error().kind;
        assert!(matches!(kind, ErrorKind::Limit { .. }), "{code}: {kind:?}");
    }
}

/// What a coroutine catches before it yields.
const CAUGHT: &[&str] = &[
    "local n = 0 local function f() n = n + 1 if n < 1000 then return (xpcall(f, tostring)) end error() end xpcall(f, tostring)",
    "local n = 0 local function f() n = n + 1 if n < 1000 then return (pcall(xpcall, f, error)) end end f()",
    "xpcall(function() local x <close> = setmetatable({}, { __close = 1 }) error() end, tostring)",
    "xpcall(function() local x <close> = setmetatable({}, { __close = 1 }) end, tostring)",
    "xpcall(1, tostring) xpcall(nil, error)",
    "xpcall(function() table.sort({ 3, 2, 1 }, error) end, tostring)",
    "xpcall(string.gsub, tostring, 'x', 'x', function() return xpcall(error, error) and {} or {} end)",
    "xpcall(error, function() return nil + 1 end)",
];

#[test]
fn given_errors_that_a_coroutine_catches_then_it_can_yield_as_before() {
    for caught in CAUGHT {
        let code = format!(
            "return coroutine.wrap(function() {caught} coroutine.yield(coroutine.isyieldable()) end)()"
        );
        let mut page = Page::open();
        page.start(1, &code, RunLimits::default(), vec![]);
        let values = page.until_ended(|_, _| {}).values();
        assert_eq!(values, [Value::Bool(true)], "{caught}");
    }
}
