//! What a page does with State over the protocol.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{
    Answer, Declaration, ErrorKind, Event, NamespaceConfig, Request, StateAnswer, StateOp, StoreOp,
};

const KEY: &str = "script.main.k";

fn state(op: StateOp) -> impl Fn(u32) -> Request {
    move |id| Request::State {
        id,
        script_id: "main".into(),
        op: op.clone(),
    }
}

fn set(value: &str) -> impl Fn(u32) -> Request {
    state(StateOp::Set {
        key: KEY.into(),
        value: value.into(),
        ttl: None,
    })
}

/// The answer to a request, and what was told meanwhile.
fn ask(page: &mut Page, id: u32, request: impl Fn(u32) -> Request) -> (Answer, Vec<Event>) {
    page.session.receive(request(id));
    let mut told = Vec::new();
    for _ in 0..100 {
        page.turn();
        for event in page.events() {
            match event {
                Event::Answer { id: of, answer } if of == id => {
                    told.extend(page.events());
                    return (answer, told);
                }
                other => told.push(other),
            }
        }
    }
    panic!("no answer");
}

fn shared() -> Vec<Declaration> {
    let config = NamespaceConfig {
        read: true,
        write: true,
        shared: true,
        persistent: true,
        ttl: None,
        quota: None,
    };
    vec![Declaration {
        name: "my.game".into(),
        config,
    }]
}

#[test]
fn given_an_update_then_what_the_page_makes_of_the_value_is_stored_under_the_lock() {
    let mut page = Page::open();
    ask(&mut page, 1, set("1"));
    let update = state(StateOp::Update { key: KEY.into() });
    let (begun, _) = ask(&mut page, 2, update);
    assert_eq!(
        begun,
        Answer::State(StateAnswer::Update(Some("1".to_owned())))
    );
    let commit = |value: &'static str| {
        move |id| Request::Commit {
            id,
            update: 2,
            value: Some(value.into()),
        }
    };
    // A plain write comes between: it is updated instead, and not lost.
    ask(&mut page, 3, set("5"));
    let (again, _) = ask(&mut page, 4, commit("2"));
    assert_eq!(
        again,
        Answer::State(StateAnswer::Update(Some("5".to_owned())))
    );
    let (done, _) = ask(&mut page, 5, commit("6"));
    assert_eq!(done, Answer::State(StateAnswer::Done));
    let (value, _) = ask(&mut page, 6, state(StateOp::Get { key: KEY.into() }));
    assert_eq!(
        value,
        Answer::State(StateAnswer::Value(Some("6".to_owned())))
    );
    let (gone, _) = ask(&mut page, 7, commit("7"));
    assert!(matches!(gone, Answer::Error(error) if *error.kind == ErrorKind::Protocol));
}

#[test]
fn given_an_update_that_is_abandoned_then_the_next_one_gets_the_lock() {
    let mut page = Page::open();
    let update = || state(StateOp::Update { key: KEY.into() });
    ask(&mut page, 1, update());
    page.session.receive(update()(2));
    page.turn();
    assert!(page.events().is_empty());
    page.session.receive(Request::Abandon { update: 1 });
    page.turn();
    assert!(matches!(
        page.events().as_slice(),
        [Event::Answer { id: 2, .. }]
    ));
}

#[test]
fn given_a_watch_then_changes_are_told_until_it_ends() {
    let mut page = Page::open();
    let (answer, _) = ask(&mut page, 1, |id| Request::Watch {
        id,
        script_id: "main".into(),
        key: "script.main.*".into(),
    });
    assert_eq!(answer, Answer::Done);
    let (_, told) = ask(&mut page, 2, set("[1.0]"));
    assert_eq!(
        told,
        [Event::StateChanged {
            watch: 1,
            key: KEY.into(),
            value: Some("[1.0]".into())
        }]
    );
    page.session.receive(Request::Unwatch { watch: 1 });
    let (_, told) = ask(&mut page, 3, set("2"));
    assert_eq!(told, []);
}

#[test]
fn given_declarations_by_the_page_and_by_scripts_then_the_page_is_told_of_all() {
    let mut page = Page::open();
    let register = |script: &'static str| {
        move |id| Request::RegisterNamespaces {
            id,
            script_id: script.into(),
            namespaces: shared(),
        }
    };
    let (answer, told) = ask(&mut page, 1, register("main"));
    assert_eq!(answer, Answer::Done);
    assert_eq!(
        told,
        [Event::Registered {
            script_id: "main".into(),
            namespaces: shared()
        }]
    );
    let (refused, told) = ask(&mut page, 2, register("no script"));
    assert!(matches!(refused, Answer::Error(_)));
    assert_eq!(told, []);
    let (answer, told) = ask(&mut page, 3, |id| Request::UnregisterScript {
        id,
        script_id: "main".into(),
    });
    assert_eq!(answer, Answer::Done);
    assert_eq!(
        told,
        [Event::Unregistered {
            script_id: "main".into()
        }]
    );
}

#[test]
fn given_an_import_with_a_bad_record_then_none_is_stored() {
    let mut page = Page::open();
    ask(&mut page, 1, set("1"));
    let (records, _) = ask(&mut page, 2, |id| Request::Store {
        id,
        op: StoreOp::Records,
    });
    let Answer::State(StateAnswer::Records(records)) = records else {
        panic!("{records:?}");
    };
    let mut changed = records.clone();
    changed[0].value = "2".into();
    let mut bad = records[0].clone();
    bad.value = "no JSON".into();
    changed.push(bad);
    let (refused, _) = ask(&mut page, 3, |id| Request::Store {
        id,
        op: StoreOp::Import {
            records: changed.clone(),
        },
    });
    assert!(matches!(refused, Answer::Error(_)));
    let (after, _) = ask(&mut page, 4, |id| Request::Store {
        id,
        op: StoreOp::Records,
    });
    assert_eq!(after, Answer::State(StateAnswer::Records(records)));
}
