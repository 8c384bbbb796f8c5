//! Runs by messages: identity, cancel, close.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{
    Answer, BackendChoice, Dialect, ErrorKind, Event, HostAnswer, ModulePolicy, OpenOptions,
    Request, RunLimits, RunSpec, VERSION, Value,
};

fn open(version: u32) -> Request {
    Request::Open {
        version,
        options: OpenOptions {
            backend: BackendChoice::Memory,
            limits: RunLimits::default(),
            modules: ModulePolicy::BuiltIn,
            allow_self_named_scripts: true,
            resolves: false,
            compile: None,
        },
    }
}

fn answered(page: &mut Page) -> (u32, ErrorKind, String) {
    page.turn();
    match page.events().as_slice() {
        [
            Event::Answer {
                id,
                answer: Answer::Error(error),
            },
        ] => (*id, (*error.kind).clone(), error.message.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn given_another_version_then_the_error_names_both() {
    let mut page = Page::fresh();
    page.session.receive(open(VERSION + 1));
    let (id, kind, message) = answered(&mut page);
    assert_eq!((id, kind), (0, ErrorKind::Protocol));
    assert!(
        message.contains(&format!("version {}", VERSION + 1))
            && message.contains(&format!("version {VERSION}"))
    );
}

#[test]
fn given_a_run_before_open_or_after_close_then_it_is_refused() {
    let mut page = Page::fresh();
    page.start(1, "return 1", RunLimits::default(), vec![]);
    assert_eq!(answered(&mut page).1, ErrorKind::Protocol);
    let mut page = Page::open();
    page.session.receive(Request::Close { id: 5 });
    page.turn();
    assert_eq!(
        page.events(),
        [Event::Answer {
            id: 5,
            answer: Answer::Done
        }]
    );
    page.start(1, "return 1", RunLimits::default(), vec![]);
    assert_eq!(answered(&mut page).1, ErrorKind::Cancelled);
}

#[test]
fn given_a_second_open_or_a_run_with_an_id_in_use_then_they_are_refused_and_the_first_goes_on() {
    let mut page = Page::open();
    page.session.receive(open(VERSION));
    assert_eq!(answered(&mut page).1, ErrorKind::Protocol);
    page.start(1, "sleep(20) return 'first'", RunLimits::default(), vec![]);
    page.start(1, "return 'second'", RunLimits::default(), vec![]);
    assert_eq!(answered(&mut page).1, ErrorKind::Protocol);
    assert_eq!(
        page.until_ended(|_, _| {}).values(),
        [Value::Str("first".into())]
    );
}

#[test]
fn given_a_close_then_runs_are_cancelled_before_it_is_answered() {
    let mut page = Page::open();
    page.start(1, "while true do end", RunLimits::default(), vec![]);
    page.session.receive(Request::Close { id: 9 });
    let error = page.until_ended(|_, _| {}).error();
    assert_eq!(*error.kind, ErrorKind::Cancelled);
}

#[test]
fn given_answers_and_cancels_for_nothing_then_nothing_happens() {
    let mut page = Page::open();
    page.session.receive(Request::Answer {
        call: 77,
        answer: HostAnswer::Value(Value::Nil),
    });
    page.session.receive(Request::Cancel { run: 77 });
    page.session.receive(Request::BackendClose { handle: 77 });
    page.turn();
    assert!(page.events().is_empty());
    page.session.receive(Request::Malformed {
        message: "garbage".into(),
    });
    assert_eq!(
        answered(&mut page),
        (0, ErrorKind::Protocol, "garbage".into())
    );
}

#[test]
fn given_a_close_while_the_session_opens_then_both_are_answered() {
    let mut page = Page::fresh();
    page.session.receive(open(VERSION));
    page.session.receive(Request::Close { id: 9 });
    page.turn();
    let answers: Vec<_> = page
        .events()
        .into_iter()
        .map(|event| match event {
            Event::Answer { id, answer } => (id, matches!(answer, Answer::Error(_))),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(answers, [(0, true), (9, false)]);
}

#[test]
fn given_a_run_without_a_script_id_then_it_is_refused_unless_scripts_may_name_themselves() {
    for allowed in [false, true] {
        let mut page = Page::fresh();
        let Request::Open {
            version,
            mut options,
        } = open(VERSION)
        else {
            unreachable!("it is an Open");
        };
        options.allow_self_named_scripts = allowed;
        page.session.receive(Request::Open { version, options });
        page.turn();
        page.events();
        page.session.receive(Request::Run {
            id: 1,
            spec: RunSpec {
                script_id: None,
                code: b"return 1".to_vec(),
                name: None,
                args: Vec::new(),
                limits: RunLimits::default(),
                keep_alive: false,
                dialect: Dialect::Lua54,
            },
        });
        let ended = page.until_ended(|_, _| {});
        match allowed {
            false => assert_eq!(*ended.error().kind, ErrorKind::Permission),
            true => assert_eq!(ended.values(), [Value::Int(1)]),
        }
    }
}
