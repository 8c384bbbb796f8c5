//! Modules that are fetched.

use crate::support::{Page, World};
use pubwiki_lua_runtime::protocol::{ErrorKind, ModuleOp};
use std::cell::Cell;
use std::rc::Rc;

const URL: &str = "https://host/m.lua";

#[test]
fn given_a_url_then_it_is_fetched_once_for_all_runs_until_it_is_cleared() {
    let world = World::new();
    world.text(URL, "return 'from ' .. ...");
    let code = "return (require 'https://host/m.lua')";
    assert_eq!(world.value(code), "from https://host/m.lua");
    assert_eq!(world.value(code), "from https://host/m.lua");
    assert_eq!(world.fetched(), [URL]);
    assert_eq!(world.count.get(), 1);
    for op in [ModuleOp::ClearFetched, ModuleOp::Clear] {
        world.modules(op);
        assert_eq!(world.count.get(), 0);
        assert_eq!(world.value(code), "from https://host/m.lua");
        assert_eq!(world.fetched(), [URL]);
    }
}

#[test]
fn given_runs_that_fetch_the_same_module_at_the_same_time_then_it_is_fetched_once() {
    let world = World::new();
    let open = Rc::new(Cell::new(false));
    world.page(URL, Page::Never);
    let code = "return (require 'https://host/m.lua')";
    let runs: Vec<_> = (0..5).map(|_| world.start(code)).collect();
    // One that gives up takes nothing from the others.
    world.cancel(runs[0]);
    assert_eq!(
        *world
            .ended(runs[0])
            .expect("it ended")
            .expect_err("it is cancelled")
            .kind,
        ErrorKind::Cancelled
    );
    assert_eq!(world.fetched(), [URL]);
    world.modules(ModuleOp::ClearFetched);
    world.page(URL, Page::Slow(open.clone(), "return 'slow'".into()));
    open.set(true);
    let later = world.start(code);
    assert!(world.ended(later).is_some_and(|ended| ended.is_ok()));
    assert_eq!(world.fetched(), [URL]);
    // Those that wait for the fetch that never ends get its limit.
    world.platform.advance(30_000.0);
    world.turn();
    for run in &runs[1..] {
        assert!(world.ended(*run).is_some_and(|ended| ended.is_err()));
    }
}

#[test]
fn given_a_fetch_that_everyone_gave_up_then_the_next_one_begins_anew() {
    let world = World::new();
    world.page(URL, Page::Never);
    let run = world.start("require 'https://host/m.lua'");
    world.cancel(run);
    world.text(URL, "return 1");
    assert_eq!(world.value("return (require 'https://host/m.lua')"), "1");
    assert_eq!(world.fetched(), [URL, URL]);
}

#[test]
fn given_a_fetch_that_fails_then_the_error_says_why_and_the_next_require_tries_again() {
    let world = World::new();
    let cases = [
        (
            None,
            "module 'https://host/m.lua': https://host/m.lua cannot be fetched: TypeError: Failed to fetch",
        ),
        (
            Some(Page::Status(404)),
            "module 'https://host/m.lua': https://host/m.lua answers with status 404",
        ),
        (
            Some(Page::Large),
            "module 'https://host/m.lua': it is larger than 4194304 bytes",
        ),
    ];
    for (page, message) in cases {
        if let Some(page) = page {
            world.page(URL, page);
        }
        let error = world.error("require 'https://host/m.lua'");
        assert_eq!(*error.kind, ErrorKind::Module);
        assert_eq!(error.message, message);
        assert!(
            error.traceback.contains("t.lua:1: in main chunk"),
            "{}",
            error.traceback
        );
    }
    world.text(URL, "return 'at last'");
    assert_eq!(
        world.value("return (require 'https://host/m.lua')"),
        "at last"
    );
}

#[test]
fn given_no_answer_within_the_limit_then_the_require_fails() {
    let world = World::new();
    world.page(URL, Page::Never);
    let run = world.start("require 'https://host/m.lua'");
    world.platform.advance(29_999.0);
    world.turn();
    assert!(world.ended(run).is_none());
    world.platform.advance(1.0);
    world.turn();
    let error = world.ended(run).expect("it ended").expect_err("it fails");
    assert_eq!(
        error.message,
        "module 'https://host/m.lua': https://host/m.lua gave no answer within 30000 ms"
    );
}

#[test]
fn given_a_spec_that_is_no_place_then_nothing_is_fetched() {
    let world = World::new();
    for spec in [
        "https://",
        "https://user@host/m.lua",
        "https://host\\\\@localhost/m.lua",
        "http:///m.lua",
        "https://host/a b",
        "mediawiki://",
        "mediawiki://host",
        "mediawiki://host/",
        "mediawiki://user@host/Module:X",
        "mediawiki://host?x.localhost/Module:X",
        "mediawiki://host#x.localhost/Module:X",
        "mediawiki://host?Module:X",
        "mediawiki://host/w?x/Module:X",
        "mediawiki://host/Module:X#.localhost",
        "mediawiki://host\\\\.localhost/Module:X",
        "mediawiki://host/a\\\\b/Module:X",
        "mediawiki://host%2f.localhost/Module:X",
        "mediawiki://localhost:80@host/Module:X",
        "mediawiki://localhost:x/Module:X",
        "mediawiki://[::1]x/Module:X",
        "mediawiki://host;.localhost/Module:X",
        "http://localhost:/m.lua",
        "http://localhost:+1/m.lua",
        "http://localhost:65536/m.lua",
        "http://localhost:80:80/m.lua",
        "http://[::1/m.lua",
        "http://[::1].host/m.lua",
        "http://[host/::1]/m.lua",
        "mediawiki://host/Module:A|Module:B",
    ] {
        let error = world.error(&format!("require '{spec}'"));
        assert_eq!(*error.kind, ErrorKind::Module, "{spec}");
    }
    assert!(world.fetched().is_empty());
}

#[test]
fn given_a_spec_that_is_too_long_then_nothing_is_fetched() {
    let world = World::new();
    let label = "a".repeat(64);
    let host = "a.".repeat(127);
    let path = "a".repeat(2048);
    for (rest, why) in [
        (format!("{label}.localhost/Module:X"), "host's name"),
        (format!("{host}localhost:1/Module:X"), "host's name"),
        (format!("[{host}]:1/Module:X"), "host's name"),
        (format!("{}localhost/X", "a.".repeat(100_000)), "2048 bytes"),
        (format!("localhost/{path}"), "2048 bytes"),
    ] {
        for scheme in ["http", "https", "mediawiki"] {
            let error = world.error(&format!("require '{scheme}://{rest}'"));
            assert_eq!(*error.kind, ErrorKind::Module, "{error}");
            assert!(error.message.contains(why), "{error}");
            assert!(error.message.len() < 2500, "{error}");
        }
    }
    assert!(world.fetched().is_empty());
}

#[test]
fn given_a_host_as_long_as_a_host_may_be_then_it_is_fetched_from() {
    let world = World::new();
    let label = "a".repeat(63);
    let host = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    let url = format!("https://{host}:8443/m.lua");
    world.text(&url, "return 'far'");
    assert_eq!(world.value(&format!("return (require '{url}')")), "far");
}

#[test]
fn given_a_script_that_fetches_empty_modules_without_end_then_the_oldest_go() {
    let world = World::new();
    let path = "x".repeat(2000);
    for number in 1..=9000 {
        world.text(&format!("https://host/{number}{path}"), "");
    }
    let code = "local path = ('x'):rep(2000) \
                for i = 1, 9000 do require('https://host/' .. i .. path) package.loaded['https://host/' .. i .. path] = nil end";
    world.value(code);
    let kept = world.count.get();
    assert!((1000..8500).contains(&kept), "{kept} are kept");
}
