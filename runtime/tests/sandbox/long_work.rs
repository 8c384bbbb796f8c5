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
    // Keys of which each half is in the other's way once the table has grown.
    "local m = (1 << 17) - 1 local n = 2 * m + 1 local t = {} \
     local function key(before, after) return after + n * ((before - after) % m) + 4 * m * n end \
     for i = 1, 1 << 16 do t[key(i - 1, 0)] = true end \
     for i = 1, 1 << 16 do t[key((1 << 16) + i - 2, n - i)] = true end \
     t[8 * m * n] = true t[8 * m * n + 1] = true",
    // Jumps to one place: the compiler.
    "load('return ' .. ('x and '):rep(150000) .. 'x')",
];

/// Short strings that have one hash, for the seed that the tests' platform gives each Lua.
const ALIKE: &str = include_str!("alike.lua");

/// What is done with so many that each would be blind for seconds, the closing of the state too.
const ALIKES: &[&str] = &[
    // They are looked for among all strings.
    "local kept = {} for i = 1, COUNT do kept[i] = at(i) end",
    // They are looked for as keys.
    "local set = {} for i = 1, 20000 do set[at(i)] = i end \
     local sum = 0 for _ = 1, 10 do for k, v in next, set do sum = sum + set[k] end end",
    // Some are collected.
    "local kept = {} for i = 1, COUNT do kept[i] = at(i) end \
     for i = 1, COUNT do if i % 3 > 0 then kept[i] = nil end end collectgarbage()",
    // A function in C makes them.
    "local kept = {} for text in all:gmatch(('.'):rep(24)) do kept[#kept + 1] = text end",
    "local kept = {} all:gsub(('.'):rep(24), function(text) kept[#kept + 1] = text end)",
    "json.decode('[\"' .. all:gsub(('.'):rep(24), '%0\",\"') .. '\"]')",
    // And one in Rust reads them as keys.
    "local set = {} for i = 1, 20000 do set[at(i)] = 1 end for _ = 1, 20 do json.encode(set) end",
];

/// Ten times what a cancel may take.
const BLIND: Duration = Duration::from_secs(1);

#[test]
fn given_what_takes_the_square_of_its_size_then_the_clock_is_looked_at_all_along() {
    let limits = RunLimits {
        memory_bytes: Some(1 << 30),
        timeout_ms: Some(5_000),
        ..RunLimits::default()
    };
    let alikes = ALIKES.iter().map(|code| format!("{ALIKE} {code}"));
    for code in SQUARES.iter().map(|code| (*code).to_owned()).chain(alikes) {
        let mut page = Page::open();
        page.start(1, &code, limits, vec![]);
        let ended = page.until_ended(|_, _| {});
        assert!(ended.blind < BLIND, "{code}: blind for {:?}", ended.blind);
    }
}
