//! One run from source to result.

use super::call::Api;
use super::context::{Context, limit_error};
use super::errors::{lua_error, uncaught};
use super::host::HostFunctions;
use super::output::{Output, OutputSink};
use super::stop::Stop;
use super::wait::{Waiting, Yielded, unless_stopped};
use super::{coroutine, libs, marshal};
use crate::platform::{Platform, Suspension};
use crate::protocol::{Error, ErrorKind, Limit, RunOutcome, RunSpec, RunStats, Value};
use crate::state::Access;
use futures::channel::oneshot;
use futures::future::abortable;
use mlua::{Lua, LuaOptions, ffi};
use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_int};
use std::rc::Rc;

/// What source may be at most, in bytes.
const SOURCE_BYTES: usize = 8 * 1024 * 1024;

/// A function for tests alone.
pub type ExtraFunction = (&'static str, Api);

/// A run's limits, all decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Wall time in milliseconds.
    pub timeout_ms: f64,
    /// Time not suspended, in milliseconds.
    pub cpu_ms: f64,
    /// Bytes that Lua may hold.
    pub memory_bytes: usize,
    /// Bytes that may be printed.
    pub output_bytes: usize,
}

/// What a run has around it.
pub struct Environment {
    /// Where it runs.
    pub platform: Rc<dyn Platform>,
    /// Its id.
    pub run: u32,
    /// State, as the script may see it.
    pub access: Access,
    /// The page's functions.
    pub host: Rc<dyn HostFunctions>,
    /// Ends it.
    pub stop: Rc<Stop>,
    /// Takes what it prints.
    pub output: OutputSink,
    /// Its limits.
    pub limits: Limits,
    /// What messages call the source.
    pub name: String,
}

/// Runs a script to its end, its writes included.
///
/// # Errors
/// What the script raised and did not catch; why it was stopped; why a write of it failed.
pub async fn run(environment: Environment, spec: RunSpec) -> Result<RunOutcome, Error> {
    #[expect(clippy::cast_precision_loss, reason = "a constant")]
    if spec.code.len() > SOURCE_BYTES {
        return Err(limit_error(Limit::SourceBytes, SOURCE_BYTES as f64));
    }
    let Environment {
        platform,
        run,
        access,
        host,
        stop,
        output,
        limits,
        name,
    } = environment;
    let now = platform.monotonic_ms();
    let context = Rc::new(Context {
        suspension: platform.suspension(),
        run,
        access,
        host,
        stop: stop.clone(),
        output: Output::new(platform.clone(), output),
        limits,
        waiting: Waiting::default(),
        parked: RefCell::default(),
        raised: RefCell::default(),
        started: now,
        cpu: Cell::new(0.0),
        resumed: Cell::new(now),
        slice: Cell::new(now),
        peak_memory: Cell::new(0),
        platform: platform.clone(),
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "limits come from u32"
    )]
    let deadline = platform.sleep(limits.timeout_ms as u32);
    let (timer, timer_handle) = abortable(async move {
        deadline.await;
        stop.set(limit_error(Limit::TimeoutMs, limits.timeout_ms));
    });
    platform.spawn(Box::pin(async move {
        // Aborted when the run ends first.
        let _ = timer.await;
    }));
    let ended = drive(&context, name, spec).await;
    timer_handle.abort();
    context.output.flush();
    let settled = context.access.settle().await;
    if let Some(reason) = context.stop.reason() {
        return Err(reason);
    }
    let values = ended?;
    settled?;
    let (reads, writes) = context.access.counts();
    #[expect(clippy::cast_precision_loss, reason = "limits are below 2^53")]
    let stats = RunStats {
        wall_ms: platform.monotonic_ms() - context.started,
        cpu_ms: context.cpu.get(),
        peak_memory_bytes: context.peak_memory.get() as f64,
        reads,
        writes,
    };
    Ok(RunOutcome { values, stats })
}

async fn drive(context: &Rc<Context>, name: String, spec: RunSpec) -> Result<Vec<Value>, Error> {
    let mut machine = Machine::Source {
        name,
        code: spec.code,
        args: spec.args,
    };
    loop {
        let yielded;
        (machine, yielded) = match step_on_stack(context, machine).await {
            Step::Ended(result) => return result,
            Step::Yielded(machine, yielded) => (machine, yielded),
        };
        match yielded {
            Yielded::Turn => context.platform.next_task().await,
            Yielded::Operation(operation) => {
                let answer = unless_stopped(context, operation).await;
                context.waiting.answer(answer);
            }
        }
    }
}

/// The run between two steps.
enum Machine {
    Source {
        name: String,
        code: Vec<u8>,
        args: Vec<Value>,
    },
    Suspended {
        lua: Lua,
        thread: *mut ffi::lua_State,
    },
}

enum Step {
    Ended(Result<Vec<Value>, Error>),
    Yielded(Machine, Yielded),
}

/// Takes one step, on a stack that can be suspended if that is how runs wait.
async fn step_on_stack(context: &Rc<Context>, machine: Machine) -> Step {
    if context.suspension == Suspension::Coroutine {
        return step(context, machine);
    }
    let (done, ended) = oneshot::channel();
    let on_stack = context.clone();
    context.platform.on_stack(Box::new(move || {
        // The receiver is gone only when the session is.
        let _ = done.send(step(&on_stack, machine));
    }));
    ended.await.unwrap_or_else(|_| {
        Step::Ended(Err(Error::new(
            ErrorKind::Cancelled,
            "the session has ended",
        )))
    })
}

fn step(context: &Rc<Context>, machine: Machine) -> Step {
    context.resume();
    let (lua, thread, count) = match machine {
        Machine::Suspended { lua, thread } => (lua, thread, 0),
        Machine::Source { name, code, args } => match load(context, &name, &code, &args) {
            Ok(loaded) => loaded,
            Err(error) => {
                context.pause();
                return Step::Ended(Err(error));
            }
        },
    };
    let mut results = 0;
    // SAFETY: the thread is alive while `lua` is, and suspended or fresh.
    let status = unsafe { ffi::lua_resume(thread, main_thread(&lua), count, &raw mut results) };
    context.sample_memory(&lua);
    if status == ffi::LUA_YIELD {
        context.pause();
        return match context.waiting.take() {
            Some(yielded) => Step::Yielded(Machine::Suspended { lua, thread }, yielded),
            None => Step::Ended(Err(lua_error("attempt to yield from outside a coroutine"))),
        };
    }
    let result = if status == ffi::LUA_OK {
        // SAFETY: the results are on the thread's stack; reading raises nothing.
        (0..results)
            .map(|position| unsafe {
                marshal::read(
                    thread,
                    position - results,
                    &format!("result {}", position + 1),
                )
            })
            .collect()
    } else {
        Err(error_of(context, &lua, thread))
    };
    // Finalizers run here, under the run's limits.
    drop(lua);
    context.pause();
    Step::Ended(result)
}

fn main_thread(lua: &Lua) -> *mut ffi::lua_State {
    let mut main = std::ptr::null_mut();
    // SAFETY: the closure only notes the address.
    let _ = unsafe { lua.exec_raw::<()>((), |state| main = state) };
    main
}

/// A fresh Lua with the script in a coroutine, and how many arguments that has been given.
fn load(
    context: &Rc<Context>,
    name: &str,
    code: &[u8],
    args: &[Value],
) -> Result<(Lua, *mut ffi::lua_State, c_int), Error> {
    // SAFETY: the libraries that could break the VM are taken away before a script runs.
    let lua = unsafe { Lua::unsafe_new_with(libs::standard(), LuaOptions::new()) };
    let chunk = CString::new(format!("@{}", name.replace('\0', "?")))
        .map_err(|_| lua_error("the script's name holds a NUL byte"))?;
    let code = without_first_line_comment(code);
    let (mut thread, mut status, extra) = (
        std::ptr::null_mut(),
        ffi::LUA_OK,
        context.platform.extra_functions(),
    );
    let suspension = context.suspension;
    // SAFETY: the context outlives `lua`: each step holds it and drops `lua` first. The
    // closure holds nothing that needs dropping.
    unsafe {
        lua.exec_raw::<()>((), |state| {
            context.install(state);
            libs::install(state, suspension, extra);
        })
        .and_then(|()| lua.set_memory_limit(context.limits.memory_bytes))
        .and_then(|_| {
            lua.exec_raw::<()>((), |state| {
                thread = ffi::lua_newthread(state);
                coroutine::set_root(state);
                status = ffi::luaL_loadbufferx(
                    thread,
                    code.as_ptr().cast(),
                    code.len(),
                    chunk.as_ptr(),
                    c"t".as_ptr(),
                );
                if status == ffi::LUA_OK {
                    ffi::luaL_checkstack(
                        thread,
                        c_int::try_from(args.len()).unwrap_or(c_int::MAX),
                        std::ptr::null(),
                    );
                    for value in args {
                        marshal::push(state, value);
                        ffi::lua_xmove(state, thread, 1);
                    }
                }
            })
        })
        .map_err(|cause| lua_error(cause.to_string()))?;
        if status != ffi::LUA_OK {
            return Err(lua_error(String::from_utf8_lossy(marshal::bytes_at(
                thread, -1,
            ))));
        }
    }
    let count = c_int::try_from(args.len()).unwrap_or(c_int::MAX);
    Ok((lua, thread, count))
}

/// What `thread` raised.
fn error_of(context: &Rc<Context>, lua: &Lua, thread: *mut ffi::lua_State) -> Error {
    // SAFETY: `uncaught` is made to be called protected.
    let told = unsafe { lua.exec_raw::<()>((), |state| uncaught(state, thread, context)) };
    match (told, context.raised.take()) {
        (Ok(()), Some((_, error))) => error,
        (Err(cause), _) => lua_error(format!(
            "the script failed, and so did telling its error: {cause}"
        )),
        (Ok(()), None) => lua_error("the script failed without an error"),
    }
}

/// As native Lua's `luaL_loadfilex`: skips a byte-order mark, and a first line that begins
/// with `#` (but not its end, so that lines keep their numbers).
fn without_first_line_comment(code: &[u8]) -> &[u8] {
    let code = code.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(code);
    if code.first() != Some(&b'#') {
        return code;
    }
    let end = code
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(code.len());
    &code[end..]
}
