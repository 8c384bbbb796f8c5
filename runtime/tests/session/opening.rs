//! What becomes of a backend whose session does not come to be.

use crate::open;
use pubwiki_lua_runtime::protocol::{Answer, Error, ErrorKind, Event, Request};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{Fault, TestBackend, TestPlatform};
use std::rc::Rc;

fn opening(backend: &Rc<TestBackend>) -> (TestPlatform, Session) {
    let platform = TestPlatform::new();
    platform.use_backend(backend.clone());
    let session = Session::new(platform.shared());
    session.receive(open());
    platform.run();
    (platform, session)
}

fn failure(event: &Event) -> Option<&Error> {
    match event {
        Event::Answer {
            id: 0,
            answer: Answer::Error(error),
        } => Some(error),
        _ => None,
    }
}

#[test]
fn given_a_close_while_the_backend_is_read_then_the_backend_is_closed_before_the_answer() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.hold();
    let (platform, session) = opening(&backend);
    session.receive(Request::Close { id: 7 });
    platform.run();
    assert_eq!(platform.sent(), [], "the backend is still being read");
    backend.let_go();
    platform.run();
    let told = platform.sent();
    let [refused, closed] = told.as_slice() else {
        panic!("{told:?}")
    };
    let refused = failure(refused).expect("what was opened has ended");
    assert_eq!(*refused.kind, ErrorKind::Cancelled);
    let done = Event::Answer {
        id: 7,
        answer: Answer::Done,
    };
    assert_eq!(*closed, done);
    assert_eq!(backend.closed.get(), 1);
}

#[test]
fn given_a_first_read_that_fails_then_the_backend_is_closed() {
    let backend = TestBackend::new(CacheMode::Preloaded);
    backend.fail(Fault::Read);
    let (platform, _session) = opening(&backend);
    let told = platform.sent();
    let error = told.first().and_then(failure).expect("it failed");
    assert!(matches!(*error.kind, ErrorKind::Storage { .. }), "{error}");
    assert_eq!(backend.closed.get(), 1);
}
