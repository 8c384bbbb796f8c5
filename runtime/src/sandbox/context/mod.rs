//! The context that a run's Lua functions share: found from any of the run's threads in no time.

pub(in crate::sandbox) mod callbacks;
pub(in crate::sandbox) mod host_functions;
pub(in crate::sandbox) mod identity;
pub(in crate::sandbox) mod input;
pub(in crate::sandbox) mod limits;
pub(in crate::sandbox) mod output;
pub(in crate::sandbox) mod raised;
pub(in crate::sandbox) mod reply;
pub(in crate::sandbox) mod stop;
pub(in crate::sandbox) mod tank;
pub(in crate::sandbox) mod updating;
pub(in crate::sandbox) mod waiting;
pub(in crate::sandbox) mod warnings;

use super::compiled::Compiled;
use crate::ledger::{Held, Ledger};
use crate::modules::Modules;
use crate::platform::{Platform, Suspension};
use crate::protocol::{Error, Limit};
use callbacks::Callbacks;
use host_functions::HostFunctions;
use identity::Identity;
use input::Input;
use limits::{Limits, limit_error};
use mlua::ffi;
use output::Output;
use raised::Raised;
use reply::Reply;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use stop::Stop;
use updating::Updating;
use waiting::Waiting;
use warnings::Warnings;

/// A run's context. It outlives the run's Lua state, whose threads all hold its address.
pub struct Context {
    pub(in crate::sandbox) platform: Rc<dyn Platform>,
    pub(in crate::sandbox) suspension: Suspension,
    pub(in crate::sandbox) run: u32,
    pub(in crate::sandbox) identity: Identity,
    pub(in crate::sandbox) callbacks: Callbacks,
    pub(in crate::sandbox) updating: Updating,
    /// The main chunk of a run that is kept alive has ended: limits are each callback's now.
    pub(in crate::sandbox) resting: Rc<Cell<bool>>,
    pub(in crate::sandbox) host: Rc<dyn HostFunctions>,
    pub(in crate::sandbox) modules: Rc<Modules>,
    /// The session's compiled functions, where there is a compiler.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(dead_code, reason = "native code is not compiled")
    )]
    pub(in crate::sandbox) compiled: Option<Rc<Compiled>>,
    /// What the run had compiled, and what that took.
    pub(in crate::sandbox) compiled_functions: Cell<u32>,
    pub(in crate::sandbox) compiled_bytes: Cell<u32>,
    pub(in crate::sandbox) compile_ms: Cell<f64>,
    pub(in crate::sandbox) stop: Rc<Stop>,
    pub(in crate::sandbox) output: Output,
    pub(in crate::sandbox) input: Input,
    pub(in crate::sandbox) warnings: Warnings,
    pub(in crate::sandbox) limits: Limits,
    pub(in crate::sandbox) waiting: Waiting,
    /// What is being pushed; a raised error leaves it here until the run ends.
    #[expect(
        clippy::vec_box,
        reason = "what is being pushed stays where it is while others are added"
    )]
    pub(in crate::sandbox) parked: RefCell<Vec<Box<(Reply, Held)>>>,
    /// What is being raised: finalizers may raise errors of their own meanwhile.
    #[expect(clippy::vec_box, reason = "as above")]
    pub(in crate::sandbox) raising: RefCell<Vec<Box<Error>>>,
    /// The errors that functions of the sandbox have raised.
    pub(in crate::sandbox) raised: Raised,
    /// What has ended the main chunk.
    pub(in crate::sandbox) uncaught: RefCell<Option<Error>>,
    /// The offset in seconds that `os.time` found last, and tries first.
    pub(in crate::sandbox) time_guess: Cell<i64>,
    pub(in crate::sandbox) started: Cell<f64>,
    pub(in crate::sandbox) cpu: Cell<f64>,
    /// When the run last began to compute.
    pub(in crate::sandbox) resumed: Cell<f64>,
    /// When the run last gave other tasks a turn.
    pub(in crate::sandbox) slice: Cell<f64>,
    /// Since when Lua code has computed that cannot be left, though a turn is due.
    pub(in crate::sandbox) held_since: Cell<Option<f64>>,
    /// When the run last told the host that the worker lives, though others have no turn.
    pub(in crate::sandbox) beat: Cell<f64>,
    /// What the run holds.
    pub(in crate::sandbox) memory: Rc<Ledger>,
    pub(in crate::sandbox) _presence: tank::Counted,
}

impl Context {
    /// The context of the run that `state` belongs to; none before it has been installed.
    ///
    /// # Safety
    /// `state` is alive, and its main thread's extra space is zero or a context's address.
    pub(in crate::sandbox) unsafe fn of<'a>(state: *mut ffi::lua_State) -> Option<&'a Context> {
        unsafe { (*ffi::lua_getextraspace(state).cast::<*const Context>()).as_ref() }
    }

    /// Makes every thread that is made from `main` from now on find this context.
    ///
    /// # Safety
    /// The context stays where it is and alive until the state is closed.
    pub(in crate::sandbox) unsafe fn install(&self, main: *mut ffi::lua_State) {
        unsafe { *ffi::lua_getextraspace(main).cast::<*const Context>() = self }
    }

    /// The run starts to compute, after a wait or from the beginning.
    pub(in crate::sandbox) fn resume(&self) {
        let now = self.platform.monotonic_ms();
        self.resumed.set(now);
        self.refill();
    }

    /// Fills the tank, or keeps it empty for a run that is to end: then every safepoint, in any
    /// coroutine, looks at the stop again, and no `pcall` can keep the run alive.
    pub(in crate::sandbox) fn refill(&self) {
        tank::refill(self.stop.is_set());
    }

    /// The run stops computing: it waits, gives way, or has ended.
    pub(in crate::sandbox) fn pause(&self) {
        self.cpu.set(self.cpu_ms());
        self.output.pass_on();
    }

    fn cpu_ms(&self) -> f64 {
        self.cpu.get() + self.platform.monotonic_ms() - self.resumed.get()
    }

    /// Ends the run if it has used up its time; `now` is the monotonic clock's.
    pub(in crate::sandbox) fn check_time(&self, now: f64) {
        let cpu = self.cpu.get() + now - self.resumed.get();
        if now - self.started.get() >= self.limits.timeout_ms {
            self.stop_at(Limit::TimeoutMs, self.limits.timeout_ms);
        } else if cpu >= self.limits.cpu_ms {
            self.stop_at(Limit::CpuMs, self.limits.cpu_ms);
        }
    }

    /// A callback begins: in a run that is kept alive it has limits of its own.
    pub(in crate::sandbox) fn begin_callback(&self) {
        if self.resting.get() {
            let now = self.platform.monotonic_ms();
            self.started.set(now);
            self.resumed.set(now);
            self.cpu.set(0.0);
        }
    }

    /// Ends the run that `state` belongs to at its limit of memory, for what Lua's allocator does
    /// not see.
    ///
    /// # Safety
    /// As for [`Context::of`].
    pub(in crate::sandbox) unsafe fn out_of_memory(state: *mut ffi::lua_State) -> Error {
        match unsafe { Self::of(state) } {
            Some(context) => context.memory_exhausted(),
            None => limit_error(Limit::MemoryBytes, 0.0),
        }
    }

    /// Ends the run at its limit of memory.
    pub(in crate::sandbox) fn memory_exhausted(&self) -> Error {
        #[expect(clippy::cast_precision_loss, reason = "limits are below 2^53")]
        let value = self.limits.memory_bytes as f64;
        self.stop_at(Limit::MemoryBytes, value);
        tank::exhaust();
        limit_error(Limit::MemoryBytes, value)
    }

    /// Ends the run at a limit.
    pub(in crate::sandbox) fn stop_at(&self, limit: Limit, value: f64) {
        self.stop.set(limit_error(limit, value));
    }
}
