//! Runs that end by themselves, are cancelled, or lose their session, wherever they wait.

use crate::heap;
use crate::library::{answer, close, run_of, scripts, turn, works};
use crate::page::Page;
use pubwiki_lua_runtime::platform::Suspension;
use pubwiki_lua_runtime::protocol::{Answer, Request};
use pubwiki_lua_runtime::testing::TestPlatform;

#[test]
fn given_runs_one_after_the_other_then_each_leaves_its_session_as_it_was() {
    for suspension in [Suspension::Coroutine, Suspension::Stack] {
        for script in scripts(suspension) {
            let page = Page::on(TestPlatform::with_suspension(suspension));
            let mut held = Vec::new();
            for _ in 0..5 {
                let ended = answer(&page, run_of(script));
                assert!(matches!(ended, Answer::Run(_)), "{script}: {ended:?}");
                drop(ended);
                page.platform.advance(1e9);
                drop(page.platform.sent());
                held.push(heap::held());
            }
            // The first make what the session keeps.
            let same = held[2..].iter().all(|now| *now == held[4]);
            assert!(same, "{script}: {held:?}");
        }
    }
}

#[test]
fn given_a_run_that_is_cancelled_or_loses_its_session_then_nothing_of_it_stays() {
    for script in scripts(Suspension::Coroutine) {
        for (turns, closes) in (0..40).flat_map(|turns| [(turns, false), (turns, true)]) {
            let before = heap::held();
            let page = Page::new();
            page.start(1, run_of(script));
            let ended = (0..turns).any(|_| turn(&page).is_some());
            if !closes {
                page.session.receive(Request::Cancel { run: 1 });
                page.platform.run();
                assert!(ended || turn(&page).is_some(), "{script}: {turns}");
                assert!(works(&page), "{script}: {turns}");
            }
            close(&page);
            drop(page);
            if turns > 0 {
                assert_eq!(heap::held() - before, 0, "{script}: {turns}, {closes}");
            }
            if ended {
                break;
            }
        }
    }
}
