//! One run from source to result.

use super::compiled::Compiled;
use super::context::Context;
use super::context::callbacks::Callbacks;
use super::context::host_functions::HostFunctions;
use super::context::identity::Identity;
use super::context::input::Input;
use super::context::limits::{Limits, limit_error};
use super::context::output::{Output, OutputSink};
use super::context::raised::Raised;
use super::context::stop::Stop;
use super::context::tank::Counted;
use super::context::updating::Updating;
use super::context::waiting::{Waiting, Yielded};
use super::context::warnings::Warnings;
use super::main_thread::{MainThread, Step, step};
use super::native::native_fn::Api;
use super::native::suspend::unless_stopped;
use crate::ledger::Ledger;
use crate::modules::Modules;
use crate::platform::{Platform, Suspension};
use crate::protocol::limits::SOURCE_BYTES;
use crate::protocol::{Error, ErrorKind, Limit, RunSpec, RunStats, Value};
use crate::state::Access;
use futures::channel::oneshot;
use futures::future::{Either, abortable, select};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;

/// A function for tests alone.
pub type ExtraFunction = (&'static str, Api);

/// The surroundings of a run.
pub struct Environment {
    /// Where it runs.
    pub platform: Rc<dyn Platform>,
    /// Its id.
    pub run: u32,
    /// Who it acts as.
    pub identity: Identity,
    /// The page's functions.
    pub host: Rc<dyn HostFunctions>,
    /// What `require` finds.
    pub modules: Rc<Modules>,
    /// The compiled functions of its session, where there is a compiler.
    pub compiled: Option<Rc<Compiled>>,
    /// Ends it.
    pub stop: Rc<Stop>,
    /// Takes what it prints.
    pub output: OutputSink,
    /// Its limits.
    pub limits: Limits,
    /// What it holds, State on its behalf included.
    pub memory: Rc<Ledger>,
    /// What messages call the source.
    pub name: String,
    /// Functions for tests alone, in the global table `__test`.
    pub test_functions: &'static [ExtraFunction],
}

/// Runs a script to its end, its writes included; gives what it returned, and what it took in any case.
///
/// # Errors
/// What the script raised and did not catch; why it was stopped; why a write of it failed.
pub async fn run(environment: Environment, spec: RunSpec) -> (Result<Vec<Value>, Error>, RunStats) {
    #[expect(clippy::cast_precision_loss, reason = "a constant")]
    if spec.code.len() > SOURCE_BYTES {
        let error = limit_error(Limit::SourceBytes, SOURCE_BYTES as f64);
        return (Err(error), RunStats::default());
    }
    let Environment {
        platform,
        run,
        identity,
        host,
        modules,
        compiled,
        stop,
        output,
        limits,
        memory,
        name,
        test_functions,
    } = environment;
    let now = platform.monotonic_ms();
    let resting = Rc::new(Cell::new(false));
    let context = Rc::new(Context {
        suspension: platform.suspension(),
        run,
        identity,
        callbacks: Callbacks::default(),
        updating: Updating::default(),
        resting: resting.clone(),
        host,
        modules,
        compiled,
        compiled_functions: Cell::new(0),
        compiled_bytes: Cell::new(0),
        compile_ms: Cell::new(0.0),
        stop: stop.clone(),
        output: Output::new(platform.clone(), output),
        input: Input::default(),
        warnings: Warnings::default(),
        limits,
        waiting: Waiting::default(),
        parked: RefCell::default(),
        raising: RefCell::default(),
        raised: Raised::default(),
        uncaught: RefCell::default(),
        started: Cell::new(now),
        cpu: Cell::new(0.0),
        resumed: Cell::new(now),
        slice: Cell::new(now),
        held_since: Cell::new(None),
        beat: Cell::new(now),
        time_guess: Cell::new(0),
        memory,
        _presence: Counted::present(),
        platform: platform.clone(),
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "limits come from u32, or are infinite"
    )]
    let deadline =
        (limits.timeout_ms.is_finite()).then(|| platform.sleep(limits.timeout_ms as u32));
    let (timer, timer_handle) = abortable(async move {
        let Some(deadline) = deadline else { return };
        deadline.await;
        // A run that is kept alive has limits for each callback instead.
        if !resting.get() {
            stop.set(limit_error(Limit::TimeoutMs, limits.timeout_ms));
        }
    });
    platform.spawn(Box::pin(async move {
        // Aborted when the run ends first.
        let _ = timer.await;
    }));
    let ended = drive(&context, name, spec, test_functions).await;
    timer_handle.abort();
    let ended = settle(&context, ended).await;
    let (reads, writes) = context.identity.access().map_or((0, 0), Access::counts);
    #[expect(clippy::cast_precision_loss, reason = "limits are below 2^53")]
    let stats = RunStats {
        wall_ms: platform.monotonic_ms() - now,
        cpu_ms: context.cpu.get(),
        peak_memory_bytes: context.memory.peak() as f64,
        reads,
        writes,
        compiled_functions: context.compiled_functions.get(),
        compiled_bytes: context.compiled_bytes.get(),
        compile_ms: context.compile_ms.get(),
    };
    (ended, stats)
}

/// Waits until the run's output and writes are out. What it ended with is `ended`, unless it was stopped or
/// a write failed.
async fn settle(
    context: &Context,
    mut ended: Result<Vec<Value>, Error>,
) -> Result<Vec<Value>, Error> {
    if let Some(exit) = context.stop.take_exit() {
        ended = exit.map(|()| Vec::new());
    }
    context.output.flush();
    // A run that is to end does not wait for its writes: they are made all the same.
    let settled = match context.identity.access() {
        Some(access) => match select(access.settle(), pin!(context.stop.wait())).await {
            Either::Left((settled, _)) => settled,
            Either::Right(_) => Ok(()),
        },
        None => Ok(()),
    };
    if let Some(reason) = context.stop.reason() {
        return Err(reason);
    }
    let values = ended?;
    settled?;
    Ok(values)
}

async fn drive(
    context: &Rc<Context>,
    name: String,
    spec: RunSpec,
    test_functions: &'static [ExtraFunction],
) -> Result<Vec<Value>, Error> {
    let mut main_thread = MainThread::Source {
        name,
        code: spec.code,
        args: spec.args,
        keep_alive: spec.keep_alive,
        dialect: spec.dialect,
        test_functions,
    };
    loop {
        let yielded;
        (main_thread, yielded) = match step_on_stack(context, main_thread).await {
            Step::Ended(result) => return result,
            Step::Yielded(main_thread, yielded) => (main_thread, yielded),
        };
        match yielded {
            Yielded::Turn => {
                let _turn = Counted::waiting();
                context.platform.next_task().await;
                context.begin_slice();
            }
            Yielded::Operation(operation) => {
                let answer = unless_stopped(context, operation).await;
                context.waiting.answer(answer);
            }
        }
    }
}

/// Takes one step, on a stack that can be suspended if that is how runs wait.
async fn step_on_stack(context: &Rc<Context>, main_thread: MainThread) -> Step {
    if context.suspension == Suspension::Coroutine {
        return step(context, main_thread);
    }
    let (done, ended) = oneshot::channel();
    let on_stack = context.clone();
    context.platform.on_stack(Box::new(move || {
        // The receiver is gone only when the session is.
        let _ = done.send(step(&on_stack, main_thread));
    }));
    ended.await.unwrap_or_else(|_| {
        Step::Ended(Err(Error::new(
            ErrorKind::Cancelled,
            "the session has ended",
        )))
    })
}
