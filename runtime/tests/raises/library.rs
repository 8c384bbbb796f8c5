//! What the libraries do, and a page that answers it.

use crate::page::{Page, spec};
use pubwiki_lua_runtime::platform::Suspension;
use pubwiki_lua_runtime::protocol::{
    Answer, Event, HostAnswer, HostCall, HostError, Request, RunLimits, RunSpec, Value,
};

const PRELUDE: &str = include_str!("../../../tests/stops/prelude.lua");
pub const LIBRARY: &str = include_str!("../../../tests/stops/library.lua");

/// The scripts that a run which waits like this can get to their end: where a stack is suspended in
/// a test, nothing outside can be waited for.
pub fn scripts(suspension: Suspension) -> impl Iterator<Item = &'static str> {
    let waits = |script: &str| {
        let waiting = ["sleep(", "host.", ":read(", "io.read(", "io.lines("];
        waiting.iter().any(|call| script.contains(call))
    };
    LIBRARY
        .lines()
        .filter(|line| !line.starts_with("--"))
        .filter(move |line| suspension == Suspension::Coroutine || !waits(line))
}

/// A run of one of them.
pub fn run_of(script: &str) -> RunSpec {
    let code = format!("{PRELUDE} (function() {script} end)()");
    spec(&code, RunLimits::default())
}

/// Answers what has been asked, and lets a millisecond pass; the answer to run 1, once it has ended.
pub fn turn(page: &Page) -> Option<Answer> {
    let mut ended = None;
    for event in page.platform.sent() {
        match event {
            Event::Answer { id: 1, answer } => ended = Some(answer),
            Event::Call {
                id,
                call: HostCall::Function { name, args, .. },
            } => {
                let answer = match name.as_str() {
                    "echo" => HostAnswer::Value(args.into_iter().next().unwrap_or_default()),
                    _ => HostAnswer::Error(HostError {
                        name: "Error".into(),
                        message: name,
                    }),
                };
                page.session.receive(Request::Answer { call: id, answer });
            }
            Event::Call {
                id,
                call: HostCall::Input { .. },
            } => {
                let answer = HostAnswer::Value(match id % 4 {
                    0 => Value::Nil,
                    _ => Value::Bytes(b"12 words and a line\n".repeat(99)),
                });
                page.session.receive(Request::Answer { call: id, answer });
            }
            _ => {}
        }
    }
    page.platform.advance(1.0);
    ended
}

/// What the run ends with.
pub fn answer(page: &Page, run: RunSpec) -> Answer {
    page.start(1, run);
    (0..1000)
        .find_map(|_| turn(page))
        .expect("the run comes to its end")
}

/// Whether a run of the session works.
pub fn works(page: &Page) -> bool {
    let next = answer(page, spec("return 1", RunLimits::default()));
    matches!(next, Answer::Run(outcome) if outcome.values == [Value::Int(1)])
}

/// Closes the session, and lets pass what it has begun.
pub fn close(page: &Page) {
    page.session.receive(Request::Close { id: 3 });
    page.platform.advance(1e9);
    drop(page.platform.sent());
}
