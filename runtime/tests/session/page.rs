//! A page with a session that is open.

use crate::open;
use pubwiki_lua_runtime::protocol::{Dialect, Event, Request, RunLimits, RunSpec};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::testing::TestPlatform;

pub struct Page {
    pub platform: TestPlatform,
    pub session: Session,
}

impl Page {
    pub fn new() -> Self {
        Self::on(TestPlatform::new())
    }

    pub fn on(platform: TestPlatform) -> Self {
        let session = Session::new(platform.shared());
        session.receive(open());
        platform.run();
        let ready = platform.sent();
        assert!(matches!(ready.as_slice(), [Event::Ready { .. }]));
        Self { platform, session }
    }

    /// Runs what it can of a script.
    pub fn start(&self, id: u32, spec: RunSpec) {
        self.session.receive(Request::Run { id, spec });
        self.platform.run();
    }
}

/// A run of `code` as `main`.
pub fn spec(code: &str, limits: RunLimits) -> RunSpec {
    RunSpec {
        script_id: Some("main".into()),
        code: code.as_bytes().to_vec(),
        name: None,
        args: Vec::new(),
        limits,
        keep_alive: false,
        dialect: Dialect::Lua54,
    }
}
