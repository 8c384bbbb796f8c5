//! Lua's memory ends at one request after the other, in whatever the libraries do.

use crate::heap;
use crate::library::{LIBRARY, answer, close, run_of, scripts, works};
use crate::page::{Page, spec};
use pubwiki_lua_runtime::platform::Suspension;
use pubwiki_lua_runtime::protocol::{Answer, ErrorKind, Limit, RunLimits, RunSpec, Value};
use pubwiki_lua_runtime::testing::{TestPlatform, allocations_left, limit_allocations};

/// In how many places each script runs out of memory: `STOPS=2000` for all there are.
fn stops() -> usize {
    std::env::var("STOPS").map_or(12, |count| count.parse().expect("STOPS is a number"))
}

/// A run of a script, the memory of which ends after so many requests; how many were left.
fn run(suspension: Suspension, run: RunSpec, requests: usize) -> (Answer, usize) {
    let page = Page::on(TestPlatform::with_suspension(suspension));
    limit_allocations(requests);
    let ended = answer(&page, run);
    let left = allocations_left();
    limit_allocations(usize::MAX);
    assert!(works(&page));
    close(&page);
    (ended, left)
}

fn is_out_of_memory(answer: &Answer) -> bool {
    matches!(answer, Answer::Error(error) if matches!(*error.kind, ErrorKind::Limit { limit: Limit::MemoryBytes, .. }))
}

#[test]
fn given_memory_that_ends_anywhere_then_the_run_ends_by_its_limit_and_nothing_stays() {
    for suspension in [Suspension::Coroutine, Suspension::Stack] {
        for script in scripts(suspension) {
            let (ended, left) = run(suspension, run_of(script), usize::MAX - 1);
            assert!(matches!(ended, Answer::Run(_)), "{script}: {ended:?}");
            let all = usize::MAX - 1 - left;
            let step = (all / stops()).max(1);
            for requests in (0..all).step_by(step) {
                let before = heap::held();
                let ended = run(suspension, run_of(script), requests).0;
                // A request that is only asked for more room than needed may be refused.
                let expected = is_out_of_memory(&ended) || matches!(ended, Answer::Run(_));
                assert!(expected, "{script}: {requests} of {all}: {ended:?}");
                drop(ended);
                assert_eq!(heap::held() - before, 0, "{script}: {requests} of {all}");
            }
        }
    }
}

#[test]
fn given_the_functions_that_a_script_finds_then_the_scripts_call_each() {
    let code = "local all = json.array() \
                for library, functions in pairs(package.loaded) do if type(functions) == 'table' then \
                for name, f in pairs(functions) do if type(f) == 'function' then \
                local prefix = (library == '_G' or library:find('/')) and '' or library .. '.' \
                all[#all + 1] = prefix .. name end end end end return all";
    let page = Page::new();
    let Answer::Run(outcome) = answer(&page, spec(code, RunLimits::default())) else {
        panic!("the list is made");
    };
    let [Value::Array(names)] = outcome.values.as_slice() else {
        panic!("{:?}", outcome.values)
    };
    assert!(names.len() > 100, "{names:?}");
    let missing: Vec<_> = names
        .iter()
        .map(|name| match name {
            Value::Str(name) => name,
            other => panic!("{other:?}"),
        })
        .filter(|name| {
            let method = name.rsplit('.').next().unwrap_or_default();
            let called = |name: &str| {
                LIBRARY.contains(&format!("{name}(")) || LIBRARY.contains(&format!("({name},"))
            };
            let is_called =
                called(name) || name.starts_with("string.") && called(&format!(":{method}"));
            !is_called
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
