//! A session whose scripts require modules of a made-up web.

use futures::future::LocalBoxFuture;
use pubwiki_lua_runtime::platform::{FetchError, FetchRequest, Fetched};
use pubwiki_lua_runtime::protocol::{
    Answer, BackendChoice, Dialect, Error, Event, HostAnswer, HostCall, ModuleOp, ModulePolicy,
    ModuleQuestion, ModuleVerdict, OpenOptions, Request, RunLimits, RunSpec, VERSION, Value,
};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::testing::TestPlatform;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{pending, ready};
use std::rc::Rc;

/// What a URL of the made-up web answers with.
#[derive(Clone)]
pub enum Page {
    Text(String),
    Status(u16),
    Redirect(&'static str, String),
    Large,
    /// Not before the test says so.
    Slow(Rc<Cell<bool>>, String),
    Never,
}

pub struct World {
    pub platform: TestPlatform,
    session: Session,
    pages: Rc<RefCell<HashMap<String, Page>>>,
    fetched: Rc<RefCell<Vec<FetchRequest>>>,
    asked: RefCell<Vec<ModuleQuestion>>,
    policy: Cell<fn(&ModuleQuestion) -> ModuleVerdict>,
    resolve: Cell<fn(&str) -> HostAnswer>,
    named: RefCell<Vec<(String, Option<String>)>>,
    ended: RefCell<HashMap<u32, Result<Vec<Value>, Error>>>,
    next: Cell<u32>,
    /// What the host was last told about the cache.
    pub count: Cell<u32>,
}

impl World {
    pub fn new() -> Self {
        Self::with(ModulePolicy::BuiltIn)
    }

    /// A world whose host says so what names mean.
    pub fn resolving(resolve: fn(&str) -> HostAnswer) -> Self {
        let world = Self::opened(ModulePolicy::BuiltIn, true);
        world.resolve.set(resolve);
        world
    }

    /// The names whose meaning was asked since the last call, and where they stood.
    pub fn named(&self) -> Vec<(String, Option<String>)> {
        self.named.take()
    }

    pub fn with(policy: ModulePolicy) -> Self {
        Self::opened(policy, false)
    }

    fn opened(policy: ModulePolicy, resolves: bool) -> Self {
        let platform = TestPlatform::new();
        let pages: Rc<RefCell<HashMap<String, Page>>> = Rc::default();
        let fetched: Rc<RefCell<Vec<FetchRequest>>> = Rc::default();
        let (web, log) = (pages.clone(), fetched.clone());
        platform.use_web(move |request| {
            let page = web.borrow().get(&request.url).cloned();
            let answer = answer(page, &request);
            log.borrow_mut().push(request);
            answer
        });
        let world = Self {
            session: Session::new(platform.shared()),
            platform,
            pages,
            fetched,
            asked: RefCell::default(),
            policy: Cell::new(|_| ModuleVerdict {
                allow: true,
                redirects: true,
                http: false,
            }),
            resolve: Cell::new(|_| HostAnswer::Value(Value::Nil)),
            named: RefCell::default(),
            ended: RefCell::default(),
            next: Cell::new(1),
            count: Cell::new(0),
        };
        world.session.receive(Request::Open {
            version: VERSION,
            options: OpenOptions {
                backend: BackendChoice::Memory,
                limits: RunLimits::default(),
                modules: policy,
                allow_self_named_scripts: false,
                resolves,
                compile: None,
            },
        });
        world.turn();
        world
    }

    pub fn decide(&self, policy: fn(&ModuleQuestion) -> ModuleVerdict) {
        self.policy.set(policy);
    }

    pub fn page(&self, url: &str, page: Page) {
        self.pages.borrow_mut().insert(url.into(), page);
    }

    pub fn text(&self, url: &str, text: &str) {
        self.page(url, Page::Text(text.into()));
    }

    pub fn file(&self, name: &str, source: &str) {
        self.modules(ModuleOp::Register {
            name: name.into(),
            source: source.into(),
        });
    }

    pub fn modules(&self, op: ModuleOp) {
        self.session.receive(Request::Modules(op));
        self.turn();
    }

    /// The URLs that were fetched since the last call.
    pub fn fetched(&self) -> Vec<String> {
        self.requests().into_iter().map(|r| r.url).collect()
    }

    pub fn requests(&self) -> Vec<FetchRequest> {
        self.fetched.take()
    }

    /// What the policy was asked since the last call.
    pub fn asked(&self) -> Vec<ModuleQuestion> {
        self.asked.take()
    }

    /// Starts a run; its id.
    pub fn start(&self, code: &str) -> u32 {
        let id = self.next.replace(self.next.get() + 1);
        let spec = RunSpec {
            script_id: Some("main".into()),
            code: code.into(),
            name: Some("t.lua".into()),
            args: vec![],
            // Longer than a fetch may take.
            limits: RunLimits {
                timeout_ms: Some(120_000),
                ..RunLimits::default()
            },
            keep_alive: false,
            dialect: Dialect::Lua54,
        };
        self.session.receive(Request::Run { id, spec });
        self.turn();
        id
    }

    pub fn cancel(&self, run: u32) {
        self.session.receive(Request::Cancel { run });
        self.turn();
    }

    /// Runs what can run, and serves the host's side.
    pub fn turn(&self) {
        loop {
            self.platform.run();
            let events = self.platform.sent();
            if events.is_empty() {
                return;
            }
            for event in events {
                self.handle(event);
            }
        }
    }

    fn handle(&self, event: Event) {
        match event {
            Event::Answer {
                id,
                answer: Answer::Run(outcome),
            } => {
                self.ended.borrow_mut().insert(id, Ok(outcome.values));
            }
            Event::Answer {
                id,
                answer: Answer::Error(error),
            } => {
                self.ended.borrow_mut().insert(id, Err(error));
            }
            Event::Call {
                id,
                call: HostCall::ModulePolicy(question),
            } => {
                let verdict = self.policy.get()(&question);
                self.asked.borrow_mut().push(question);
                self.session.receive(Request::Answer {
                    call: id,
                    answer: HostAnswer::ModulePolicy(verdict),
                });
            }
            Event::Call {
                id,
                call: HostCall::Resolve { name, from },
            } => {
                let answer = self.resolve.get()(&name);
                self.named.borrow_mut().push((name, from));
                self.session.receive(Request::Answer { call: id, answer });
            }
            Event::Call {
                id,
                call: HostCall::Function { args, .. },
            } => self.session.receive(Request::Answer {
                call: id,
                answer: HostAnswer::Value(args.into_iter().next().unwrap_or_default()),
            }),
            Event::ModulesFetched { count } => self.count.set(count),
            Event::Ready { .. } | Event::Output { .. } | Event::RunFailed { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    /// What the run has come to, if it has ended.
    pub fn ended(&self, run: u32) -> Option<Result<Vec<Value>, Error>> {
        self.ended.borrow_mut().remove(&run)
    }

    pub fn run(&self, code: &str) -> Result<Vec<Value>, Error> {
        let run = self.start(code);
        self.ended(run)
            .expect("the run waits for time or the network")
    }

    /// What the script returns, as text.
    pub fn value(&self, code: &str) -> String {
        let values = self.run(code).expect("the script ends well");
        values
            .iter()
            .map(|value| match value {
                Value::Str(text) => text.clone(),
                Value::Int(number) => number.to_string(),
                Value::Bool(value) => value.to_string(),
                other => format!("{other:?}"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub fn error(&self, code: &str) -> Error {
        self.run(code).expect_err("the script fails")
    }
}

fn answer(
    page: Option<Page>,
    request: &FetchRequest,
) -> LocalBoxFuture<'static, Result<Fetched, FetchError>> {
    let ok = |body: String| Fetched {
        redirected_to: None,
        status: 200,
        body: body.into_bytes(),
    };
    Box::pin(ready(match page {
        None => Err(FetchError::Failed("TypeError: Failed to fetch".into())),
        Some(Page::Text(text)) => Ok(ok(text)),
        Some(Page::Status(status)) => Ok(Fetched {
            status,
            ..ok(String::new())
        }),
        Some(Page::Redirect(..)) if !request.follow_redirects => {
            Err(FetchError::Failed("TypeError: Failed to fetch".into()))
        }
        Some(Page::Redirect(to, text)) => Ok(Fetched {
            redirected_to: Some(to.into()),
            ..ok(text)
        }),
        Some(Page::Large) => Err(FetchError::TooLarge),
        Some(Page::Never) => return Box::pin(pending()),
        Some(Page::Slow(open, text)) => {
            let fetched = ok(text);
            return Box::pin(std::future::poll_fn(move |cx| {
                if open.get() {
                    return std::task::Poll::Ready(Ok(fetched.clone()));
                }
                // Asked again at each turn: no timer, and never for long.
                cx.waker().wake_by_ref();
                std::task::Poll::Pending
            }));
        }
    }))
}
