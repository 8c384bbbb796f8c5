//! What a script does over and over again reaches the page now and then, and what it asks for over and
//! over again counts for it: else it could keep the page from anything else, or fill the worker.

use crate::page::{Page, spec};
use pubwiki_lua_runtime::protocol::{Answer, ErrorKind, Event, Limit, Request, RunLimits, RunSpec};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{TestBackend, TestPlatform};

impl Page {
    /// Runs a script to its end; gives what the page is told, its end included.
    fn run(&self, script: &str, code: &str) -> Vec<Event> {
        let spec = RunSpec {
            script_id: Some(script.into()),
            ..spec(code, RunLimits::default())
        };
        self.start(9, spec);
        let told = self.platform.sent();
        let ended = told.iter().any(|event| {
            matches!(
                event,
                Event::Answer {
                    id: 9,
                    answer: Answer::Run(_)
                }
            )
        });
        assert!(ended, "{told:?}");
        told
    }
}

/// A namespace, and whether it may be read and is shared.
type Named<'a> = (&'a str, bool, bool);

fn declared(told: &[Event]) -> Vec<(&str, Vec<Named<'_>>)> {
    told.iter()
        .filter_map(|event| match event {
            Event::Registered {
                script_id,
                namespaces,
            } => {
                let all = namespaces
                    .iter()
                    .map(|it| (it.name.as_str(), it.config.read, it.config.shared));
                Some((script_id.as_str(), all.collect()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn given_declarations_over_and_over_then_the_page_is_told_of_the_last_before_the_runs_end() {
    let page = Page::new();
    let told = page.run(
        "main",
        "for i = 1, 5000 do State.register({ ['my.notes'] = { read = i % 2 == 0, write = true }, \
         ['my.other'] = { read = true, write = true } }) end",
    );
    assert_eq!(
        declared(&told),
        [(
            "main",
            vec![("my.notes", true, false), ("my.other", true, false)]
        )]
    );
    assert!(matches!(told.last(), Some(Event::Answer { .. })));
}

#[test]
fn given_a_namespace_that_is_shared_withdrawn_and_shared_then_the_page_hears_that_it_was_handed_on()
{
    let page = Page::new();
    let share = "State.register({ ['our.notes'] = { read = true, write = true, shared = true } }) ";
    let keep = "State.register({ ['our.notes'] = { read = true, write = true } }) ";
    page.run("main", share);
    page.run("other", share);
    let both = [
        ("main", vec![("our.notes", true, false)]),
        ("main", vec![("our.notes", true, true)]),
    ];
    let told = page.run("main", &[keep, share].concat());
    assert_eq!(declared(&told), both);
    page.run(
        "main",
        "State.register({ ['my.notes'] = { read = true, write = true, shared = true } })",
    );
    let mine = |code: &str| code.replace("our.notes", "my.notes");
    let told = page.run("main", &mine(&[keep, share].concat().repeat(100)));
    assert_eq!(declared(&told).len(), 2);
    let told = page.run("main", &mine(&[keep, share, keep].concat().repeat(100)));
    assert_eq!(declared(&told), [("main", vec![("my.notes", true, false)])]);
}

#[test]
fn given_declarations_before_a_call_then_the_page_is_told_of_them_first() {
    let page = Page::new();
    let code = "State.register({ ['my.notes'] = { read = true, write = true } }) host.look()";
    page.start(9, spec(code, RunLimits::default()));
    let told = page.platform.sent();
    assert!(
        matches!(
            told.as_slice(),
            [Event::Registered { .. }, Event::Call { .. }]
        ),
        "{told:?}"
    );
}

#[test]
fn given_many_changes_then_the_page_is_told_of_some_in_each_frame_and_of_all_in_the_end() {
    let page = Page::new();
    for id in [1, 2] {
        page.session.receive(Request::Watch {
            id,
            script_id: "main".into(),
            key: "script.main.".into(),
        });
    }
    let changes = |told: &[Event]| {
        told.iter()
            .filter(|event| matches!(event, Event::StateChanged { .. }))
            .count()
    };
    let told = page.run(
        "main",
        "for i = 1, 2000 do State.set('script.main.' .. i, i) end",
    );
    let mut all = changes(&told);
    assert!((1..=1024).contains(&all), "{all} at once");
    let mut frames = 0;
    while all < 4000 {
        page.platform.advance(17.0);
        let more = changes(&page.platform.sent());
        assert!(
            (1..=1024).contains(&more),
            "{more} in a frame, {all} before"
        );
        all += more;
        frames += 1;
    }
    assert_eq!(all, 4000);
    assert!(frames > 2, "{frames} frames");
}

#[test]
fn given_changes_of_large_values_then_the_page_is_told_of_16_kib_of_them_in_a_millisecond() {
    let page = Page::new();
    page.session.receive(Request::Watch {
        id: 1,
        script_id: "main".into(),
        key: "script.main.".into(),
    });
    let bytes = |told: &[Event]| {
        let values = told.iter().filter_map(|event| match event {
            Event::StateChanged { value, .. } => value.as_ref(),
            _ => None,
        });
        values.map(String::len).sum::<usize>()
    };
    let code = "local v = ('x'):rep(65536) for i = 1, 12 do State.set('script.main.' .. i, v) end";
    let mut told = bytes(&page.run("main", code));
    let mut waited = 0;
    while told < 12 * 65536 {
        assert!(
            told <= waited * 16 * 1024 + 2 * 65540,
            "{told} bytes after {waited} ms"
        );
        page.platform.advance(10.0);
        waited += 10;
        told += bytes(&page.platform.sent());
        assert!(waited < 1000, "{told} bytes after {waited} ms");
    }
}

#[test]
fn given_a_script_that_asks_the_backend_for_keys_without_end_then_its_memory_limit_ends_it() {
    let greedy = [
        "for i = 1, math.huge do State.get('script.main.' .. ('x'):rep(4000) .. i) end",
        "for i = 1, math.huge do State.list('script.main.' .. ('x'):rep(4000) .. (1e9 + i)) end",
        "for i = 1, math.huge do State.delete('script.main.' .. ('x'):rep(4000) .. i) end",
        "for i = 1, math.huge do local k = 'script.main.' .. ('x'):rep(4000) .. i State.set(k, 1) State.delete(k) end",
    ];
    for code in greedy {
        let platform = TestPlatform::new();
        platform.tick(1.0);
        platform.use_backend(TestBackend::new(CacheMode::ReadThrough));
        let page = Page::on(platform);
        let limits = RunLimits {
            memory_bytes: Some(1 << 22),
            ..RunLimits::default()
        };
        page.start(9, spec(code, limits));
        let told = page.platform.sent();
        let Some(Event::Answer {
            id: 9,
            answer: Answer::Error(error),
        }) = told.last()
        else {
            panic!("{code}: {told:?}");
        };
        let expected = ErrorKind::Limit {
            limit: Limit::MemoryBytes,
            value: f64::from(1 << 22),
        };
        assert_eq!(*error.kind, expected, "{code}");
    }
}
