//! Errors that are caught time and again where the stack is as deep as it gets.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{ErrorKind, RunLimits};
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
