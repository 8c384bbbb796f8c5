//! The clock ends a run at each look at it, one after the other.

use crate::heap;
use crate::library::{close, works};
use crate::page::{Page, spec};
use pubwiki_lua_runtime::platform::Suspension;
use pubwiki_lua_runtime::protocol::{Answer, ErrorKind, Event, Limit, RunLimits};
use pubwiki_lua_runtime::testing::TestPlatform;

/// Scripts that burn their fuel where Rust holds what needs dropping.
const SCRIPTS: &[&str] = &[
    // A long text is not an index, and to find that out must not take time.
    "local t = {} for i = 1, 1e4 do t[i] = i end t[('k'):rep(1e7)] = true return t",
    "local t = { ('x'):rep(1e4), { 1, [('k'):rep(1e7)] = true } } while true do pcall(json.encode, t) end",
    "local t = { ('x'):rep(1e4), { 1, [('k'):rep(1e7)] = true } } while true do pcall(State.set, 'temp.k', t) end",
    "local t = { ('x'):rep(1e4), { 1, [('k'):rep(1e7)] = true } } while true do pcall(host.echo, t) end",
    "error({ ('x'):rep(1e4), { 1, [('k'):rep(1e7)] = true } })",
    "local t = {} for i = 1, 2e4 do t[i] = { i } end return t, t",
    "local t = {} for i = 1, 1e3 do t[i] = { tostring(i) } end while true do json.decode(json.encode(t)) end",
    "local t = {} for i = 1, 1e3 do t[i] = { tostring(i) } end while true do State.set('temp.k', t) State.get('temp.k') end",
    "local s = ('x'):rep(1e5) while true do ('x'):rep(1e3):gsub('x', s) end",
];

/// Looks at the clock at which runs are ended at most.
const MOST: u32 = 25;

/// Runs `code` with so many looks at the clock; true when that ended it.
fn is_stopped(page: &Page, code: &str, looks: u32) -> bool {
    let limits = RunLimits {
        timeout_ms: Some(looks),
        ..RunLimits::default()
    };
    page.platform.tick(1.0);
    page.start(1, spec(code, limits));
    page.platform.tick(0.0);
    let answers = page
        .platform
        .sent()
        .into_iter()
        .filter_map(|event| match event {
            Event::Answer { id: 1, answer } => Some(answer),
            _ => None,
        });
    match answers.collect::<Vec<_>>().as_slice() {
        [Answer::Run(_)] => false,
        [Answer::Error(error)] => matches!(
            *error.kind,
            ErrorKind::Limit {
                limit: Limit::TimeoutMs,
                ..
            }
        ),
        other => panic!("{code}: {other:?}"),
    }
}

#[test]
fn given_a_run_that_ends_at_any_look_at_the_clock_then_nothing_stays_and_the_next_works() {
    for suspension in [Suspension::Coroutine, Suspension::Stack] {
        for code in SCRIPTS {
            let mut stopped = 0;
            for looks in 1..=MOST {
                let before = heap::held();
                let page = Page::on(TestPlatform::with_suspension(suspension));
                let is_stopped = is_stopped(&page, code, looks);
                assert!(works(&page), "{code}: after {looks} looks");
                close(&page);
                drop(page);
                // The first run makes what all share.
                if looks > 1 {
                    assert_eq!(heap::held() - before, 0, "{code}: after {looks} looks");
                }
                if !is_stopped {
                    break;
                }
                stopped = looks;
            }
            assert!(stopped > 2, "{code}: ends after {stopped} looks");
        }
    }
}
