//! The hostile scripts of `tests/hostile`, natively. `tests/hostile/README.md` tells their form.

mod cases;
#[path = "../sandbox/support.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use cases::{Case, Expected};
use pubwiki_lua_runtime::protocol::{ErrorKind, Limit, Request, RunLimits, StateOp, Value};
use std::time::Duration;
use support::{Ended, Page};

/// What no script may see.
const SECRET: &str = "s3cret-of-the-victim";
/// More than any limit of the cases, on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

fn run(case: &Case) -> Ended {
    let mut page = Page::open();
    for key in ["script.victim.secret", "temp.secret"] {
        page.session.receive(Request::State {
            id: 7,
            script_id: "victim".into(),
            op: StateOp::Set {
                key: key.into(),
                value: format!("\"{SECRET}\""),
                ttl: None,
            },
        });
    }
    let mut stored = 0;
    while stored < 2 {
        page.turn();
        stored += page.events().len();
    }
    page.start(1, &case.code, case.limits, vec![]);
    let ended = page.until_ended(|_, _| {});
    // What it left behind, if anything, would be seen by the next.
    page.start(1, cases::CANARY, RunLimits::default(), vec![]);
    let after = page.until_ended(|_, _| {}).result;
    let clean = after.map(|outcome| outcome.values);
    assert_eq!(
        clean,
        Ok(vec![Value::Str("clean".into())]),
        "{}: {}",
        case.file,
        case.tries
    );
    ended
}

/// What is wrong with how a case ended, if anything.
fn check(case: &Case, ended: &Ended) -> Option<String> {
    let told = format!("{:?} {}", ended.result, ended.output);
    if told.contains(SECRET) {
        return Some(format!("it saw the secret: {told}"));
    }
    if ended.took > LONGEST {
        return Some(format!("it took {:?}", ended.took));
    }
    let fits = match (&case.expected, &ended.result) {
        (Expected::Returns(expected), Ok(outcome)) => {
            cases::to_json(&Value::Array(outcome.values.clone())) == *expected
        }
        (Expected::Error(text), Err(error)) => {
            matches!(*error.kind, ErrorKind::Lua { .. }) && error.message.contains(text.as_str())
        }
        (Expected::Code(code), Err(error)) => error.kind.code() == code,
        (Expected::Limit(name), Err(error)) => match &*error.kind {
            ErrorKind::Limit { limit, .. } => name.is_empty() || name == limit_name(*limit),
            _ => false,
        },
        _ => false,
    };
    (!fits).then(|| told.chars().take(600).collect())
}

fn limit_name(limit: Limit) -> &'static str {
    match limit {
        Limit::TimeoutMs => "timeoutMs",
        Limit::CpuMs => "cpuMs",
        Limit::MemoryBytes => "memoryBytes",
        Limit::OutputBytes => "outputBytes",
        Limit::SourceBytes => "sourceBytes",
    }
}

#[test]
fn hostile_scripts_end_as_their_headers_say_and_leave_nothing_behind() {
    let cases = cases::all();
    assert!(cases.len() >= 150, "only {} hostile scripts", cases.len());
    let wrong: Vec<_> = cases
        .iter()
        .filter(|case| !case.browser_alone)
        .filter_map(|case| {
            let wrong = check(case, &run(case))?;
            Some(format!("{}: {}: {wrong}", case.file, case.tries))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
