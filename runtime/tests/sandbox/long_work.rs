//! A single call that takes long, wherever it spends its time, looks at the clock meanwhile: there
//! a cancel ends it, and others get their turn.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{RunLimits, Value};
use std::time::Duration;

/// What is made before, and the call. Without a look inside, each takes over a second.
const CALLS: &[(&str, &str)] = &[
    ("", "os.date(('%%'):rep(2e7))"),
    ("", "string.format('%q', ('\\0'):rep(3e7))"),
    (
        "local all = {} for i = 1, 190000 do all[i] = 1e308 end",
        "string.format(('%99.99f'):rep(190000), table.unpack(all))",
    ),
    // The collector.
    (
        "local mode, keys, all, order = { __mode = 'k' }, {}, {}, {} \
         for i = 1, 100001 do keys[i] = {} order[i] = i end order[100001] = nil \
         for i = 100000, 2, -1 do local j = math.random(i) order[i], order[j] = order[j], order[i] end \
         for at, i in ipairs(order) do all[at] = setmetatable({ [keys[i]] = keys[i + 1] }, mode) end \
         local first = keys[1] keys = nil",
        "collectgarbage()",
    ),
    // Tables.
    (
        "local chain = {} for i = 1, 100000 do chain[i * 131071] = i end",
        "for i = 1, 20000 do local _ = chain[-i * 131071] end",
    ),
    (
        "local chain = {} for i = 1, 100000 do chain[i * 131071] = i end",
        "for i = 1, 20000 do rawget(chain, -i * 131071) end",
    ),
    // The compiler.
    ("", "load('return ' .. ('x and '):rep(150000) .. 'x')"),
    // JSON.
    ("", "json.decode('\"' .. ('\\\\n'):rep(2e7) .. '\"')"),
    ("", "json.decode('[' .. ('1,'):rep(6e6) .. '1]')"),
    (
        "local some, all = {}, {} for i = 1, 10000 do some[i] = i + 0.1 end for i = 1, 600 do all[i] = some end",
        "json.encode(all)",
    ),
];

/// Ten times what a cancel may take.
const BLIND: Duration = Duration::from_secs(1);

#[test]
fn given_a_call_that_takes_long_then_it_looks_at_the_clock() {
    let limits = RunLimits {
        memory_bytes: Some(1 << 30),
        timeout_ms: Some(5_000),
        ..RunLimits::default()
    };
    for (before, call) in CALLS {
        let mut page = Page::open();
        page.start(
            1,
            &format!("{before} sleep(1) return pcall(function() {call} end)"),
            limits,
            vec![],
        );
        let ended = page.until_ended(|_, _| {});
        assert!(ended.blind < BLIND, "{call}: blind for {:?}", ended.blind);
        if let Ok(outcome) = ended.result {
            assert_eq!(outcome.values[0], Value::Bool(true), "{call}");
        }
    }
}
