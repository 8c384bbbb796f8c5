//! Runs that a page wants endless.

use crate::page::{Page, spec};
use pubwiki_lua_runtime::protocol::{Answer, Event, RunLimits};

/// Longer than any number of milliseconds that a limit can say.
const LONG_MS: f64 = 1e10;

/// Whether a run of these limits may compute for longer than that.
fn goes_on(timeout_ms: u32, cpu_ms: u32) -> bool {
    let page = Page::new();
    let limits = RunLimits {
        timeout_ms: Some(timeout_ms),
        cpu_ms: Some(cpu_ms),
        ..RunLimits::default()
    };
    page.platform.tick(LONG_MS);
    page.start(1, spec("for _ = 1, 1e6 do end", limits));
    let answers = page
        .platform
        .sent()
        .into_iter()
        .find_map(|event| match event {
            Event::Answer { answer, .. } => Some(answer),
            _ => None,
        });
    match answers.expect("it has ended") {
        Answer::Run(_) => true,
        Answer::Error(error) => {
            assert_eq!(error.kind.code(), "LIMIT_EXCEEDED");
            false
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn given_no_limit_of_time_then_a_run_goes_on_however_long() {
    const { assert!(RunLimits::ENDLESS == u32::MAX) };
    let (endless, longest) = (RunLimits::ENDLESS, RunLimits::ENDLESS - 1);
    assert!(goes_on(endless, endless));
    assert!(!goes_on(longest, endless));
    assert!(!goes_on(endless, longest));
}
