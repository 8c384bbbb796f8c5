//! A session, and what it owes to whom.

use crate::arbitrary::Arbitrary;
use pubwiki_lua_runtime::platform::Platform;
use pubwiki_lua_runtime::protocol::{
    BackendAnswer, Event, HostAnswer, HostCall, ModuleVerdict, Request, Value,
};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::testing::TestPlatform;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

/// Names the last request, which nothing that is drawn does.
const LAST: u32 = 77;
/// Longer than any call, timeout or sweep.
const LONG_MS: f64 = 200_000.0;
/// What a look at the clock takes: endless scripts end soon.
const TICK_MS: f64 = 500.0;

pub struct Script {
    platform: TestPlatform,
    session: Session,
    /// Gone when the session and all of its tasks are.
    alive: Weak<dyn Platform>,
    /// How many answers are to come, by id. Less than none is one too many.
    owed: BTreeMap<u32, i32>,
    /// The calls that nobody has answered.
    calls: Vec<(u32, HostCall)>,
}

impl Script {
    pub fn new() -> Self {
        let platform = TestPlatform::new();
        platform.tick(TICK_MS);
        let shared = platform.shared();
        Self {
            alive: Rc::downgrade(&shared),
            session: Session::new(shared),
            platform,
            owed: BTreeMap::new(),
            calls: Vec::new(),
        }
    }

    pub fn send(&mut self, request: Request) {
        if let Some(id) = answered(&request) {
            *self.owed.entry(id).or_default() += 1;
        }
        self.session.receive(request);
    }

    /// Time passes, and the page may answer what it is asked.
    pub fn go_on(&mut self, arbitrary: &mut Arbitrary<'_>) {
        match arbitrary.below(4) {
            0 => return,
            1 => self.platform.advance(50.0),
            _ => self.platform.run(),
        }
        self.listen();
        for (call, asked) in std::mem::take(&mut self.calls) {
            match arbitrary.below(4) {
                // It never answers, or beside the point.
                0 => {}
                1 => self.send(Request::Answer {
                    call,
                    answer: arbitrary.draw(),
                }),
                _ => self.send(Request::Answer {
                    call,
                    answer: right(&asked),
                }),
            }
        }
    }

    /// The session ends: whatever it still owes comes, and nothing else.
    pub fn end(mut self) {
        self.send(Request::Close { id: LAST });
        self.platform.advance(LONG_MS);
        self.listen();
        self.owed.retain(|_, owed| *owed != 0);
        assert!(
            self.owed.is_empty(),
            "answers missing (or too many, where less than 0), by id: {:?}",
            self.owed
        );
        drop(self.session);
        self.platform.advance(LONG_MS);
        assert!(self.platform.sent().is_empty());
        assert!(
            self.alive.upgrade().is_none(),
            "a task of the session is left"
        );
    }

    fn listen(&mut self) {
        for event in self.platform.sent() {
            match event {
                Event::Answer { id, .. } => *self.owed.entry(id).or_default() -= 1,
                Event::Ready { .. } => *self.owed.entry(0).or_default() -= 1,
                Event::Call { id, call } => self.calls.push((id, call)),
                _ => {}
            }
        }
    }
}

/// The id of the answer that a request is owed, by the protocol's documentation.
fn answered(request: &Request) -> Option<u32> {
    match request {
        Request::Open { .. } | Request::Malformed { .. } => Some(0),
        Request::Run { id, .. }
        | Request::State { id, .. }
        | Request::BackendOpen { id, .. }
        | Request::BackendCall { id, .. }
        | Request::Close { id }
        | Request::RegisterNamespaces { id, .. }
        | Request::UnregisterScript { id, .. }
        | Request::Watch { id, .. }
        | Request::Commit { id, .. }
        | Request::Store { id, .. } => Some(*id),
        Request::Cancel { .. }
        | Request::BackendClose { .. }
        | Request::Answer { .. }
        | Request::Modules(_)
        | Request::Unwatch { .. }
        | Request::Abandon { .. }
        | Request::LocalStorageChanged { .. }
        | Request::BackendChanged { .. }
        | Request::Part { .. }
        | Request::DropParts { .. }
        | Request::AnswerPart { .. }
        | Request::Functions { .. } => None,
    }
}

/// An answer of the kind that was asked for.
fn right(call: &HostCall) -> HostAnswer {
    match call {
        HostCall::Backend(_) => HostAnswer::Backend(BackendAnswer::Done),
        HostCall::Function { .. } => HostAnswer::Value(Value::Bool(true)),
        HostCall::ModulePolicy(_) => HostAnswer::ModulePolicy(ModuleVerdict {
            allow: true,
            redirects: true,
            http: false,
        }),
        HostCall::LocalStorage { .. } => HostAnswer::LocalStorage(Vec::new()),
        HostCall::Input { .. } | HostCall::Resolve { .. } => HostAnswer::Value(Value::Nil),
    }
}
