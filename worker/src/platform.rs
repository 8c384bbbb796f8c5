//! The runtime's platform in a dedicated worker.

use crate::backends::{FS, IndexedDbBackend, OPFS, OpfsBackend};
use crate::tasks::NextTask;
use crate::{channel, fetch, local_time, locks, suspension};
use futures::future::LocalBoxFuture;
use gloo_timers::future::TimeoutFuture;
use pubwiki_lua_runtime::platform::{
    Channel, FetchError, FetchRequest, Fetched, Hear, Platform, Suspension,
};
use pubwiki_lua_runtime::protocol::{BackendChoice, Error, Event, Notice};
use pubwiki_lua_runtime::storage::{Backend, MemoryBackend, Pending};
use std::any::Any;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{Performance, WorkerGlobalScope};

/// The longest delay that `setTimeout` takes; more would mean none.
const LONGEST_TIMEOUT_MS: u32 = i32::MAX.cast_unsigned();

/// Time and tasks of the worker's global scope.
pub struct BrowserPlatform {
    send: Rc<dyn Fn(Event)>,
    performance: Option<Performance>,
    next_task: NextTask,
}

impl BrowserPlatform {
    /// A platform that sends events with `send`.
    pub fn new(send: Rc<dyn Fn(Event)>) -> Self {
        Self {
            send,
            performance: performance(),
            next_task: NextTask::new(),
        }
    }
}

/// The worker's clock.
pub fn performance() -> Option<Performance> {
    js_sys::global()
        .dyn_into::<WorkerGlobalScope>()
        .ok()?
        .performance()
}

impl BrowserPlatform {
    fn tell(&self) -> Rc<dyn Fn(Notice)> {
        let send = self.send.clone();
        Rc::new(move |notice| send(Event::Notice(notice)))
    }
}

impl Platform for BrowserPlatform {
    fn now_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    fn utc_offset_seconds(&self, seconds: i64) -> i32 {
        local_time::utc_offset_seconds(seconds)
    }

    fn monotonic_ms(&self) -> f64 {
        self.performance
            .as_ref()
            .map_or_else(js_sys::Date::now, Performance::now)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn sleep(&self, ms: u32) -> LocalBoxFuture<'static, ()> {
        Box::pin(TimeoutFuture::new(ms.min(LONGEST_TIMEOUT_MS)))
    }

    fn next_task(&self) -> LocalBoxFuture<'static, ()> {
        self.next_task.wait()
    }

    fn suspension(&self) -> Suspension {
        suspension::KIND
    }

    fn on_stack(&self, body: Box<dyn FnOnce()>) {
        suspension::on_stack(body);
    }

    fn block_on(&self, future: LocalBoxFuture<'static, ()>) {
        suspension::block_on(future);
    }

    fn lock(&self, name: String) -> Pending<Box<dyn Any>> {
        Box::pin(locks::hold(name))
    }

    fn channel(&self, name: &str, hear: Hear) -> Option<Box<dyn Channel>> {
        channel::join(name, hear)
    }

    fn fetch(&self, request: FetchRequest) -> LocalBoxFuture<'static, Result<Fetched, FetchError>> {
        Box::pin(fetch::fetch(request))
    }

    #[cfg(target_arch = "wasm32")]
    fn compiler(&self) -> Option<Rc<dyn pubwiki_lua_runtime::platform::Compiler>> {
        crate::jit::compiler()
    }

    fn send(&self, event: Event) {
        (self.send)(event);
    }

    fn backend(self: Rc<Self>, choice: &BackendChoice) -> Result<Rc<dyn Backend>, Error> {
        match choice {
            BackendChoice::Memory => Ok(Rc::new(MemoryBackend::default())),
            BackendChoice::IndexedDb {
                database,
                durability,
            } => Ok(Rc::new(IndexedDbBackend::new(
                self.clone(),
                database.as_deref(),
                *durability,
                self.tell(),
            ))),
            BackendChoice::Opfs { folder } => {
                let folder = folder.as_deref().unwrap_or("pubwiki-lua");
                Ok(Rc::new(OpfsBackend::new(self.clone(), &OPFS, folder)))
            }
            BackendChoice::Fs { folder } => {
                Ok(Rc::new(OpfsBackend::new(self.clone(), &FS, folder)))
            }
            BackendChoice::Host { .. } | BackendChoice::LocalStorage { .. } => Err(
                Error::protocol("what lives in the page is not the worker's to make"),
            ),
        }
    }
}
