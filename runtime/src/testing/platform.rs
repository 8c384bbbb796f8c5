//! The platform of native tests.

use super::channels::Channels;
use super::executor::Executor;
use super::locks::Locks;
use crate::platform::{Channel, FetchError, FetchRequest, Fetched, Hear, Platform, Suspension};
use crate::protocol::{BackendChoice, Error, Event};
use crate::storage::{Backend, MemoryBackend, Pending};
use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::ready;
use std::pin::pin;
use std::rc::Rc;

/// A platform whose time stands still until a test turns it. Cheap to clone: all are one.
#[derive(Clone)]
pub struct TestPlatform(Rc<Inner>);

struct Inner {
    executor: Executor,
    suspension: Suspension,
    wall: Cell<f64>,
    monotonic: Cell<f64>,
    utc_offset_seconds: Cell<fn(i64) -> i32>,
    tick: Cell<f64>,
    ahead: Cell<fn() -> f64>,
    timers: RefCell<Vec<(f64, oneshot::Sender<()>)>>,
    turns: RefCell<Vec<oneshot::Sender<()>>>,
    locks: Rc<Locks>,
    channels: Rc<Channels>,
    random: Cell<f64>,
    sent: RefCell<Vec<Event>>,
    backend: RefCell<Option<Rc<dyn Backend>>>,
    web: RefCell<Option<Rc<Web>>>,
}

/// Answers what is fetched.
type Web = dyn Fn(FetchRequest) -> LocalBoxFuture<'static, Result<Fetched, FetchError>>;

impl TestPlatform {
    /// One whose runs wait by yielding their coroutine, at 1,000,000 ms after the epoch.
    #[must_use]
    pub fn new() -> Self {
        Self::with_suspension(Suspension::Coroutine)
    }

    /// One whose runs wait like this. A suspended stack sits below those that run meanwhile.
    #[must_use]
    pub fn with_suspension(suspension: Suspension) -> Self {
        Self(Rc::new(Inner {
            executor: Executor::default(),
            suspension,
            wall: Cell::new(1_000_000.0),
            monotonic: Cell::new(0.0),
            utc_offset_seconds: Cell::new(|_| 0),
            tick: Cell::new(0.0),
            ahead: Cell::new(|| 0.0),
            timers: RefCell::default(),
            turns: RefCell::default(),
            locks: Rc::default(),
            channels: Rc::default(),
            random: Cell::new(0.5),
            sent: RefCell::default(),
            backend: RefCell::default(),
            web: RefCell::default(),
        }))
    }

    /// The same platform, as the runtime takes it.
    #[must_use]
    pub fn shared(&self) -> Rc<dyn Platform> {
        Rc::new(self.clone())
    }

    /// Gives out `backend` whenever a built-in one is asked for, in place of a new memory one.
    pub fn use_backend(&self, backend: Rc<dyn Backend>) {
        self.0.backend.replace(Some(backend));
    }

    /// Answers with `web` what is fetched; until then there is no network.
    pub fn use_web(
        &self,
        web: impl Fn(FetchRequest) -> LocalBoxFuture<'static, Result<Fetched, FetchError>> + 'static,
    ) {
        self.0.web.replace(Some(Rc::new(web)));
    }

    /// Runs what is ready, until all wait for time or the host.
    pub fn run(&self) {
        while self.turn() {}
    }

    fn turn(&self) -> bool {
        if self.0.executor.step() {
            return true;
        }
        let turns = self.0.turns.take();
        let any = !turns.is_empty();
        for turn in turns {
            let _ = turn.send(());
        }
        any || self.0.executor.is_ready()
    }

    /// Runs `future` to its end here, which may borrow, and everything else while it waits.
    ///
    /// # Panics
    /// When it waits for time or the host.
    pub fn block_here<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        loop {
            if let Some(answer) = future.as_mut().now_or_never() {
                return answer;
            }
            assert!(self.turn(), "the future waits for time or the host");
        }
    }

    /// Runs `future` to its end, with everything else that is ready.
    ///
    /// # Panics
    /// When it waits for time or the host: turn the clock or answer first.
    pub fn block<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> T {
        let answer = self.start(future);
        self.run();
        answer
            .take()
            .expect("the future waits for time or the host")
    }

    /// Starts `future`; what it gives will be in the cell.
    pub fn start<T: 'static>(
        &self,
        future: impl Future<Output = T> + 'static,
    ) -> Rc<Cell<Option<T>>> {
        let answer = Rc::new(Cell::new(None));
        let place = answer.clone();
        self.0
            .executor
            .spawn(Box::pin(async move { place.set(Some(future.await)) }));
        answer
    }

    /// Lets `ms` milliseconds pass, running what becomes due in order.
    pub fn advance(&self, ms: f64) {
        self.run();
        let end = self.0.monotonic.get() + ms;
        while let Some(due) = self.next_due(end) {
            self.pass(due - self.0.monotonic.get());
            let timers = self.0.timers.take();
            let (over, waiting) = timers
                .into_iter()
                .partition::<Vec<_>, _>(|(at, _)| *at <= due);
            self.0.timers.borrow_mut().extend(waiting);
            for (_, timer) in over {
                let _ = timer.send(());
            }
            self.run();
        }
        self.pass(end - self.0.monotonic.get());
    }

    fn next_due(&self, end: f64) -> Option<f64> {
        let timers = self.0.timers.borrow();
        timers
            .iter()
            .map(|(at, _)| *at)
            .filter(|at| *at <= end)
            .min_by(f64::total_cmp)
    }

    /// Lets `ms` milliseconds pass at each look at the monotonic clock: scripts that compute take
    /// time.
    pub fn tick(&self, ms: f64) {
        self.0.tick.set(ms);
    }

    /// Sets the monotonic clock ahead by what `ms` gives at each look.
    pub fn ahead(&self, ms: fn() -> f64) {
        self.0.ahead.set(ms);
    }

    fn pass(&self, ms: f64) {
        // What is due may be overdue, if the clock ticks.
        let ms = ms.max(0.0);
        self.0.monotonic.set(self.0.monotonic.get() + ms);
        self.0.wall.set(self.0.wall.get() + ms);
    }

    /// Sets the wall clock, as a user might.
    pub fn set_clock(&self, ms: f64) {
        self.0.wall.set(ms);
    }

    /// Sets what is given as random, from 0 up to 1.
    pub fn set_random(&self, number: f64) {
        self.0.random.set(number);
    }

    /// Sets the time zone: how far it is ahead of UTC at each second since the epoch.
    pub fn set_zone(&self, utc_offset_seconds: fn(i64) -> i32) {
        self.0.utc_offset_seconds.set(utc_offset_seconds);
    }

    /// Takes the messages that were sent to the host since the last call.
    #[must_use]
    pub fn sent(&self) -> Vec<Event> {
        self.0.sent.take()
    }
}

impl Default for TestPlatform {
    fn default() -> Self {
        Self::new()
    }
}

impl Platform for TestPlatform {
    fn now_ms(&self) -> f64 {
        self.0.wall.get()
    }

    fn monotonic_ms(&self) -> f64 {
        self.pass(self.0.tick.get());
        self.0.monotonic.get() + self.0.ahead.get()()
    }

    fn utc_offset_seconds(&self, seconds: i64) -> i32 {
        (self.0.utc_offset_seconds.get())(seconds)
    }

    fn random(&self) -> f64 {
        self.0.random.get()
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.executor.spawn(task);
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        let (timer, over) = oneshot::channel();
        self.0
            .timers
            .borrow_mut()
            .push((self.0.monotonic.get() + f64::from(ms), timer));
        Box::pin(async move {
            let _ = over.await;
        })
    }

    fn next_task(&self) -> LocalBoxFuture<'static, ()> {
        let (turn, come) = oneshot::channel();
        self.0.turns.borrow_mut().push(turn);
        Box::pin(async move {
            let _ = come.await;
        })
    }

    fn suspension(&self) -> Suspension {
        self.0.suspension
    }

    fn on_stack(&self, body: Box<dyn FnOnce()>) {
        self.0.executor.spawn(Box::pin(async move { body() }));
    }

    fn block_on(&self, future: LocalBoxFuture<'static, ()>) {
        let done = self.start(future);
        while done.take().is_none() {
            assert!(
                self.turn(),
                "the stack waits for time or the host, which only its caller could turn or answer"
            );
        }
    }

    fn lock(&self, name: String) -> Pending<Box<dyn Any>> {
        let held = self.0.locks.hold(name);
        Box::pin(async move { Ok(held.await) })
    }

    fn channel(&self, name: &str, hear: Hear) -> Option<Box<dyn Channel>> {
        Some(self.0.channels.join(name, hear))
    }

    fn fetch(&self, request: FetchRequest) -> LocalBoxFuture<'static, Result<Fetched, FetchError>> {
        match &*self.0.web.borrow() {
            Some(web) => web(request),
            None => Box::pin(ready(Err(FetchError::Failed("no network".into())))),
        }
    }

    fn send(&self, event: Event) {
        self.0.sent.borrow_mut().push(event);
    }

    fn backend(self: Rc<Self>, choice: &BackendChoice) -> Result<Rc<dyn Backend>, Error> {
        if let Some(backend) = &*self.0.backend.borrow() {
            return Ok(backend.clone());
        }
        match choice {
            BackendChoice::Memory => Ok(Rc::new(MemoryBackend::new())),
            other => {
                let message = format!("native tests have no backend {other:?}");
                Err(Error::storage("test", "open", Vec::new(), None, message))
            }
        }
    }
}
