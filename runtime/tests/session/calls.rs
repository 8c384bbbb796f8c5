//! All calls to the page share one clock, and each has its own time on it.

use crate::page::{Page, spec};
use pubwiki_lua_runtime::protocol::{
    Answer, Event, HostAnswer, Request, RunLimits, RunOutcome, Value,
};

impl Page {
    /// Starts a run that returns what `host.ask` says; gives back its call.
    fn ask(&self, run: u32) -> u32 {
        let code = "local ok, e = pcall(host.ask) return ok and 'ok' or e.message";
        let limits = RunLimits {
            timeout_ms: Some(1_000_000),
            ..RunLimits::default()
        };
        self.start(run, spec(code, limits));
        match self.platform.sent().as_slice() {
            [Event::Call { id, .. }] => *id,
            other => panic!("{other:?}"),
        }
    }

    fn answer(&self, call: u32) {
        let answer = HostAnswer::Value(Value::Nil);
        self.session.receive(Request::Answer { call, answer });
        self.platform.run();
    }

    /// The runs that have ended, with what their calls said.
    fn ended(&self) -> Vec<(u32, String)> {
        let text = |outcome: RunOutcome| match outcome.values.as_slice() {
            [Value::Str(text)] => text.clone(),
            other => panic!("{other:?}"),
        };
        let events = self.platform.sent().into_iter();
        let answers = events.map(|event| match event {
            Event::Answer {
                id,
                answer: Answer::Run(outcome),
            } => (id, text(outcome)),
            other => panic!("{other:?}"),
        });
        answers.collect()
    }
}

fn timed_out(ended: &[(u32, String)]) -> Vec<u32> {
    let late = |text: &str| text.contains("no answer within 30000 ms");
    let runs = ended.iter().filter(|(_, text)| late(text));
    runs.map(|(run, _)| *run).collect()
}

#[test]
fn given_calls_that_are_never_answered_then_each_ends_half_a_minute_after_it_was_made() {
    let page = Page::new();
    let first = page.ask(1);
    page.platform.advance(10_250.0);
    page.ask(2);
    page.platform.advance(19_700.0);
    assert_eq!(page.ended(), []);
    page.platform.advance(1_000.0);
    assert_eq!(timed_out(&page.ended()), [1]);
    page.answer(first);
    page.platform.advance(9_250.0);
    assert_eq!(page.ended(), []);
    page.platform.advance(1_000.0);
    assert_eq!(timed_out(&page.ended()), [2]);
}

#[test]
fn given_an_answer_then_the_next_call_has_all_of_its_time() {
    let page = Page::new();
    page.answer(page.ask(1));
    assert_eq!(page.ended(), [(1, "ok".into())]);
    page.platform.advance(40_000.0);
    let call = page.ask(2);
    page.platform.advance(29_900.0);
    page.answer(call);
    page.answer(call);
    assert_eq!(page.ended(), [(2, "ok".into())]);
    page.platform.advance(100.0);
    page.answer(page.ask(3));
    assert_eq!(page.ended(), [(3, "ok".into())]);
}
