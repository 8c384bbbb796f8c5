//! A session on a thread of its own time: real clock, a memory backend, a host that answers.

use futures::executor::{LocalPool, LocalSpawner};
use futures::future::{LocalBoxFuture, poll_fn};
use futures::task::LocalSpawnExt as _;
use pubwiki_lua_runtime::platform::{
    Channel, FetchError, FetchRequest, Fetched, Hear, Platform, Suspension,
};
use pubwiki_lua_runtime::protocol::{
    Answer, BackendChoice, Dialect, Error, ErrorKind, Event, HostAnswer, HostCall, HostError,
    ModulePolicy, OpenOptions, Request, RunLimits, RunOutcome, RunSpec, VERSION, Value,
};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::storage::{Backend, MemoryBackend, Pending};
use pubwiki_lua_runtime::testing::Locks;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// What no test comes near.
const HANGS: Duration = Duration::from_secs(60);

type Timers = Rc<RefCell<Vec<(Instant, Waker)>>>;

struct Native {
    began: Instant,
    spawner: LocalSpawner,
    timers: Timers,
    events: RefCell<Vec<Event>>,
    locks: Rc<Locks>,
    /// When the clock was last looked at, and the longest time between two looks.
    looked: Cell<(Instant, Duration)>,
}

impl Platform for Native {
    fn now_ms(&self) -> f64 {
        1_700_000_000_000.0 + self.monotonic_ms()
    }

    fn utc_offset_seconds(&self, _: i64) -> i32 {
        0
    }

    fn monotonic_ms(&self) -> f64 {
        self.look();
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.spawner.spawn_local(task).expect("the pool lives");
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        let (until, timers) = (
            Instant::now() + Duration::from_millis(ms.into()),
            self.timers.clone(),
        );
        Box::pin(poll_fn(move |cx| {
            if Instant::now() >= until {
                return Poll::Ready(());
            }
            timers.borrow_mut().push((until, cx.waker().clone()));
            Poll::Pending
        }))
    }

    fn next_task(&self) -> LocalBoxFuture<'static, ()> {
        let (mut asked, timers) = (false, self.timers.clone());
        Box::pin(poll_fn(move |cx| {
            if std::mem::replace(&mut asked, true) {
                return Poll::Ready(());
            }
            timers
                .borrow_mut()
                .push((Instant::now(), cx.waker().clone()));
            Poll::Pending
        }))
    }

    fn suspension(&self) -> Suspension {
        Suspension::Coroutine
    }

    fn on_stack(&self, _: Box<dyn FnOnce()>) {
        unreachable!("coroutine mode")
    }

    fn block_on(&self, _: LocalBoxFuture<'static, ()>) {
        unreachable!("coroutine mode")
    }

    fn channel(&self, _: &str, _: Hear) -> Option<Box<dyn Channel>> {
        None
    }

    fn lock(&self, name: String) -> Pending<Box<dyn Any>> {
        let held = self.locks.hold(name);
        Box::pin(async move { Ok(held.await) })
    }

    fn fetch(&self, _: FetchRequest) -> LocalBoxFuture<'static, Result<Fetched, FetchError>> {
        Box::pin(std::future::ready(Err(FetchError::Failed(
            "no network".into(),
        ))))
    }

    fn send(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    fn backend(self: Rc<Self>, _: &BackendChoice) -> Result<Rc<dyn Backend>, Error> {
        Ok(Rc::new(MemoryBackend::default()))
    }
}

impl Native {
    fn look(&self) {
        let (last, longest) = self.looked.get();
        self.looked
            .set((Instant::now(), longest.max(last.elapsed())));
    }
}

/// An open session.
pub struct Page {
    pool: LocalPool,
    platform: Rc<Native>,
    pub session: Session,
    /// What the page gives as input to a script that reads, the last piece first.
    pub input: Vec<Vec<u8>>,
}

/// What a run has come to.
pub struct Ended {
    pub output: String,
    /// What was written to stderr.
    pub errors: String,
    pub result: Result<RunOutcome, Error>,
    pub took: Duration,
    /// The longest time without a look at the clock.
    pub blind: Duration,
}

impl Ended {
    pub fn values(self) -> Vec<Value> {
        self.result.expect("the script ends well").values
    }

    pub fn error(self) -> Error {
        self.result.expect_err("the script fails")
    }
}

impl Page {
    /// A session that is not open yet.
    pub fn fresh() -> Self {
        let pool = LocalPool::new();
        let platform = Rc::new(Native {
            began: Instant::now(),
            spawner: pool.spawner(),
            timers: Timers::default(),
            events: RefCell::default(),
            locks: Rc::default(),
            looked: Cell::new((Instant::now(), Duration::ZERO)),
        });
        Self {
            session: Session::new(platform.clone()),
            pool,
            platform,
            input: Vec::new(),
        }
    }

    pub fn open() -> Self {
        let mut page = Self::fresh();
        let options = OpenOptions {
            backend: BackendChoice::Memory,
            limits: RunLimits::default(),
            modules: ModulePolicy::BuiltIn,
            allow_self_named_scripts: true,
            resolves: false,
            compile: None,
        };
        page.session.receive(Request::Open {
            version: VERSION,
            options,
        });
        page.turn();
        assert!(matches!(
            page.events().as_slice(),
            [Event::Ready {
                version: VERSION,
                ..
            }]
        ));
        page
    }

    /// What was sent since the last call.
    pub fn events(&self) -> Vec<Event> {
        self.platform.events.take()
    }

    /// Runs what can run.
    pub fn turn(&mut self) {
        let now = Instant::now();
        let (due, later) = self
            .platform
            .timers
            .take()
            .into_iter()
            .partition::<Vec<_>, _>(|(until, _)| *until <= now);
        self.platform.timers.borrow_mut().extend(later);
        due.into_iter().for_each(|(_, waker)| waker.wake());
        self.pool.run_until_stalled();
    }

    pub fn start(&self, id: u32, code: &str, limits: RunLimits, args: Vec<Value>) {
        let spec = RunSpec {
            script_id: Some("main".into()),
            code: code.into(),
            name: Some("t.lua".into()),
            args,
            limits,
            keep_alive: false,
            dialect: Dialect::Lua54,
        };
        self.session.receive(Request::Run { id, spec });
    }

    /// Turns until run 1 has ended; `each` is called at each turn with the time since.
    pub fn until_ended(&mut self, mut each: impl FnMut(&Self, Duration)) -> Ended {
        let began = Instant::now();
        self.platform.looked.set((began, Duration::ZERO));
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        loop {
            self.turn();
            each(self, began.elapsed());
            for event in self.events() {
                match event {
                    Event::Output { run: 1, chunk } => output.extend(chunk),
                    Event::ErrorOutput { run: 1, chunk } => errors.extend(chunk),
                    Event::Heartbeat | Event::RunFailed { run: 1, .. } => {}
                    Event::Answer { id: 1, answer } => {
                        let result = match answer {
                            Answer::Run(outcome) => Ok(outcome),
                            Answer::Error(error) => Err(error),
                            other => panic!("a run answers {other:?}"),
                        };
                        let output = String::from_utf8_lossy(&output).into_owned();
                        self.platform.look();
                        return Ended {
                            output,
                            errors: String::from_utf8_lossy(&errors).into_owned(),
                            result,
                            took: began.elapsed(),
                            blind: self.platform.looked.get().1,
                        };
                    }
                    Event::Call {
                        id,
                        call: HostCall::Function { name, args, .. },
                    } => {
                        self.session.receive(Request::Answer {
                            call: id,
                            answer: host(&name, args),
                        });
                    }
                    Event::Call {
                        id,
                        call: HostCall::Input { run: 1 },
                    } => {
                        let piece = self.input.pop().map_or(Value::Nil, Value::Bytes);
                        let answer = HostAnswer::Value(piece);
                        self.session.receive(Request::Answer { call: id, answer });
                    }
                    Event::Registered { .. } | Event::Unregistered { .. } => {}
                    other => panic!("{other:?}"),
                }
            }
            assert!(began.elapsed() < HANGS, "the run hangs");
        }
    }
}

/// The page's functions: `echo` gives its first argument, `probe` says `clean`; `several`, `none` and
/// `throw` answer as they say; all others fail.
fn host(name: &str, args: Vec<Value>) -> HostAnswer {
    match name {
        "echo" => HostAnswer::Value(args.into_iter().next().unwrap_or_default()),
        "probe" => HostAnswer::Value(text("clean")),
        "several" => HostAnswer::Values(vec![Value::Int(1), Value::Nil, text("three")]),
        "none" => HostAnswer::Values(Vec::new()),
        "throw" => HostAnswer::Thrown {
            cause: HostError {
                name: "Error".into(),
                message: "not found".into(),
            },
            value: Value::Object(vec![
                ("status".into(), Value::Int(404)),
                ("why".into(), Value::Array(vec![text("gone")])),
            ]),
        },
        _ => HostAnswer::Error(HostError {
            name: "RangeError".into(),
            message: format!("no {name}"),
        }),
    }
}

pub fn run(code: &str) -> Ended {
    run_with(code, RunLimits::default(), Vec::new())
}

pub fn run_with(code: &str, limits: RunLimits, args: Vec<Value>) -> Ended {
    let mut page = Page::open();
    page.start(1, code, limits, args);
    page.until_ended(|_, _| {})
}

pub fn text(text: &str) -> Value {
    Value::Str(text.into())
}

pub fn kind(error: &Error) -> &ErrorKind {
    &error.kind
}
