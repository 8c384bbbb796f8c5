//! Imports, of which the page hears how they go on.

use crate::page::Page;
use pubwiki_lua_runtime::protocol::{Answer, Event, Request, StateAnswer, StoreOp};
use pubwiki_lua_runtime::storage::CacheMode;
use pubwiki_lua_runtime::testing::{TestBackend, TestPlatform, records};

#[test]
fn given_an_import_that_takes_long_then_the_page_is_told_how_much_is_stored_whenever_that_grows() {
    let (platform, backend) = (TestPlatform::new(), TestBackend::new(CacheMode::Preloaded));
    platform.use_backend(backend.clone());
    let page = Page::on(platform);
    backend.hold();
    let op = StoreOp::Import {
        records: records(10),
    };
    page.session.receive(Request::Store { id: 5, op });
    page.platform.advance(200.0);
    assert_eq!(page.platform.sent(), []);
    page.platform.advance(2_000.0);
    let half = Event::Imported { id: 5, done: 5 };
    assert_eq!(page.platform.sent(), [half]);
    backend.let_go();
    page.platform.advance(2_000.0);
    let answer = Answer::State(StateAnswer::Done);
    assert_eq!(page.platform.sent(), [Event::Answer { id: 5, answer }]);
    page.platform.advance(2_000.0);
    assert_eq!(page.platform.sent(), [], "it is over");
}
