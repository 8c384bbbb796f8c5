//! What State does for a run takes from the run's memory, before it is done.

use crate::support::{Ended, Page, kind, run_with};
use pubwiki_lua_runtime::protocol::{ErrorKind, Limit, RunLimits, Value};

const LIMITS: RunLimits = RunLimits {
    memory_bytes: Some(1 << 22),
    timeout_ms: None,
    cpu_ms: None,
    output_bytes: None,
};

fn then(page: &mut Page, code: &str) -> Ended {
    page.start(1, code, LIMITS, Vec::new());
    page.until_ended(|_, _| {})
}

fn is_exhausted(ended: Ended) -> bool {
    let expected = ErrorKind::Limit {
        limit: Limit::MemoryBytes,
        value: f64::from(1 << 22),
    };
    kind(&ended.error()) == &expected
}

#[test]
fn given_what_is_too_large_to_be_stored_then_the_run_ends_and_nothing_is_stored() {
    // Six times as long once it is JSON.
    let large = "local s, t = ('\\1'):rep(50000), {} for i = 1, 31 do t[i] = s end ";
    for call in [
        "State.set('script.main.k', t)",
        "State.set('temp.k', t)",
        "pcall(State.set, 'script.main.k', t)",
        "State.update('script.main.k', function() return t end)",
        "pcall(State.update, 'temp.k', function() return t end)",
        "for i = 1, math.huge do State.set('temp.a' .. i, s) end",
    ] {
        let mut page = Page::open();
        let watching = "State.watch('', print) State.set('script.main.before', 1)";
        assert!(then(&mut page, watching).result.is_ok());
        let ended = then(&mut page, &format!("{large} {call}"));
        assert!(is_exhausted(ended), "{call}");
        let left = then(
            &mut page,
            "return State.get('script.main.k') == nil, State.get('script.main.before')",
        );
        assert_eq!(left.values(), [Value::Bool(true), Value::Int(1)], "{call}");
    }
}

#[test]
fn given_garbage_where_state_needs_room_then_it_is_collected() {
    for code in [
        "for i = 1, 8 do State.set('temp.k', ('x'):rep(700000) .. i) end",
        "for i = 1, 10 do State.update('temp.k', function(old) return ('x'):rep(500000) .. i end) end",
        "for i = 1, 10 do State.set('temp.k', ('x'):rep(400000) .. i) local s = State.get('temp.k') .. 'x' end",
        "State.set('script.main.k', ('x'):rep(600000)) for i = 1, 10 do local s = State.get('script.main.k') .. i end",
        "for i = 1, 3000 do State.set('temp.' .. ('k'):rep(200) .. i, 1) end for i = 1, 10 do local s = ('x'):rep(600000) .. i local n = #State.list('temp.') end",
        "for i = 1, 5000 do State.set('temp.' .. ('k'):rep(50) .. i, 1) end for i = 1, 10 do local s = ('x'):rep(600000) .. i local n = #State.list('temp.') end",
        "for i = 1, 500 do State.watch('temp.k', print)() local s = ('x'):rep(20000) .. i end",
    ] {
        let ended = run_with(code, LIMITS, Vec::new());
        assert!(ended.result.is_ok(), "{code}: {:?}", ended.result);
    }
}

#[test]
fn given_large_changes_that_wait_for_callbacks_then_the_last_of_each_comes() {
    let code = "local seen = {} local big = ('x'):rep(300000) \
                for i = 1, 20 do State.watch('temp.k' .. i, function(value, key) seen[key] = value and #value end) end \
                for i = 1, 20 do State.set('temp.k' .. i, big .. i) State.delete('temp.k' .. i) State.set('temp.k' .. i, i .. 'xy') end \
                sleep(0) local count = 0 for _, length in pairs(seen) do count = count + (length < 5 and 1 or 0) end \
                return count";
    assert_eq!(
        run_with(code, LIMITS, Vec::new()).values(),
        [Value::Int(20)]
    );
}

#[test]
fn given_many_watches_of_long_patterns_then_they_count() {
    let code = "for i = 1, 1000 do State.watch('temp.' .. ('x'):rep(4000) .. i, print) end";
    let limits = RunLimits {
        memory_bytes: Some(1 << 21),
        ..LIMITS
    };
    let error = run_with(code, limits, Vec::new()).error();
    assert!(matches!(*error.kind, ErrorKind::Limit { .. }), "{error:?}");
}
