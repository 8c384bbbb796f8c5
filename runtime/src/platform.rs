//! The port to the place that the runtime runs in: the worker in a browser, an executor in
//! native tests.

use crate::protocol::{BackendChoice, Error, Event};
use crate::storage::{Backend, Pending};
use futures::future::LocalBoxFuture;
use std::any::Any;
use std::rc::Rc;

/// Time, tasks, and the way to the host.
pub trait Platform: 'static {
    /// Wall clock: milliseconds since the epoch. May jump.
    fn now_ms(&self) -> f64;

    /// Milliseconds from an arbitrary start; never runs backwards.
    fn monotonic_ms(&self) -> f64;

    /// How many seconds local time is ahead of UTC at `seconds` since the epoch, any number of them.
    fn utc_offset_seconds(&self, seconds: i64) -> i32;

    /// A number from 0 up to 1, for seeds.
    fn random(&self) -> f64;

    /// Runs `task` to its end, later. Tasks that are dropped with the platform just stop.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);

    /// Completes after `ms` milliseconds.
    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()>;

    /// Completes once the event loop has handled what was waiting, messages included.
    fn next_task(&self) -> LocalBoxFuture<'static, ()>;

    /// How a run that must wait does so.
    fn suspension(&self) -> Suspension;

    /// With [`Suspension::Stack`]: runs `body` on a stack of its own that [`Platform::block_on`]
    /// can suspend; it starts before or after this returns. Never called otherwise.
    fn on_stack(&self, body: Box<dyn FnOnce()>);

    /// With [`Suspension::Stack`], within [`Platform::on_stack`]: suspends the whole stack
    /// until `future` completes, while other tasks and stacks run. Never called otherwise.
    fn block_on(&self, future: LocalBoxFuture<'static, ()>);

    /// Waits until nobody else, in any tab of the origin, holds the lock of this name; holds
    /// it until what this gives is dropped.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Storage`] when the platform gives none.
    fn lock(&self, name: String) -> Pending<Box<dyn Any>>;

    /// Joins those of the origin's workers who use this name; `hear` is called with what the others
    /// post there, until what this gives is dropped. None when the platform has no such thing.
    fn channel(&self, name: &str, hear: Hear) -> Option<Box<dyn Channel>>;

    /// GETs something, without the reader's login. Given up when what this gives is dropped.
    ///
    /// # Errors
    /// [`FetchError`] when there is no answer, or a larger one than was asked for; an answer of
    /// any status is none.
    fn fetch(&self, request: FetchRequest) -> LocalBoxFuture<'static, Result<Fetched, FetchError>>;

    /// Sends a message to the host; messages arrive in order.
    fn send(&self, event: Event);

    /// What compiles hot functions of Lua; none where nothing does.
    fn compiler(&self) -> Option<Rc<dyn Compiler>> {
        None
    }

    /// Makes a built-in backend, not yet initialised.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Storage`] for a backend that this platform lacks.
    fn backend(self: Rc<Self>, choice: &BackendChoice) -> Result<Rc<dyn Backend>, Error>;
}

/// Compiles hot functions of Lua.
pub trait Compiler {
    /// Whether it is there; it is loaded if it is not.
    fn is_ready(&self) -> bool;

    /// Compiles the function that `description` tells (see the crate `pubwiki-lua-compiler`), in place of the code `replaces`, if it
    /// names any.
    fn compile(&self, description: &[u32], replaces: Option<u32>) -> Compilation;

    /// Frees code that nothing calls any more.
    fn release(&self, code: u32);
}

/// What comes of compiling a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compilation {
    /// It is in the function table.
    Done {
        /// Where.
        code: u32,
        /// The size of its module.
        bytes: usize,
    },
    /// It is not for this compiler.
    Refused,
    /// The engine takes no code, or has no memory for it.
    Failed,
}

/// Is called with what others post.
pub type Hear = Box<dyn Fn(&[u8])>;

/// Where workers of one origin hear each other.
pub trait Channel {
    /// Posts a message to the others; those of one sender arrive in order.
    fn post(&self, bytes: &[u8]);
}

/// A fetch to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// An http or https URL.
    pub url: String,
    /// Whether to go where a redirect leads, or to fail there.
    pub follow_redirects: bool,
    /// What the body may be at most.
    pub limit_bytes: usize,
}

/// The answer to a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where redirects led, if there were any.
    pub redirected_to: Option<String>,
    /// The status, such as 200.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// There was no answer, for this reason.
    Failed(String),
    /// The body is larger than it may be.
    TooLarge,
}

/// How a run that must wait does so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// The native stack is suspended, anywhere in Lua.
    Stack,
    /// The run's coroutine yields, where Lua can yield.
    Coroutine,
}
