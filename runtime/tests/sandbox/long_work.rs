//! What a script can make grow with the square of its input, so that one step would take seconds.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::RunLimits;
use std::time::Duration;

/// Each would be blind for over a second, for tables of these sizes or a source of this length.
const SQUARES: &[&str] = &[
    // Weak tables in a chain, in no order: the collector.
    "local mode, keys, all, order = { __mode = 'k' }, {}, {}, {} \
     for i = 1, 100001 do keys[i] = {} order[i] = i end order[100001] = nil \
     for i = 100000, 2, -1 do local j = math.random(i) order[i], order[j] = order[j], order[i] end \
     for at, i in ipairs(order) do all[at] = setmetatable({ [keys[i]] = keys[i + 1] }, mode) end \
     local first = keys[1] keys = nil collectgarbage()",
    // Keys that have one place in a table: what it does when it grows.
    "local chain = {} for i = 1, 100000 do chain[i * 131071] = i end",
    // Jumps to one place: the compiler.
    "load('return ' .. ('x and '):rep(150000) .. 'x')",
];

/// Ten times what a cancel may take.
const BLIND: Duration = Duration::from_secs(1);

#[test]
fn given_what_takes_the_square_of_its_size_then_the_clock_is_looked_at_all_along() {
    let limits = RunLimits {
        memory_bytes: Some(1 << 30),
        timeout_ms: Some(3_000),
        ..RunLimits::default()
    };
    for code in SQUARES {
        let mut page = Page::open();
        page.start(1, code, limits, vec![]);
        let ended = page.until_ended(|_, _| {});
        assert!(ended.blind < BLIND, "{code}: blind for {:?}", ended.blind);
    }
}
