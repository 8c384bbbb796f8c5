//! A run may be ended by an error wherever Lua can raise one: nothing stays in memory, and the next
//! run works.

mod ends;
mod faults;
mod heap;
mod library;
mod memory;
#[path = "../session/page.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod page;
mod stops;

use pubwiki_lua_runtime::protocol::{
    BackendChoice, ModulePolicy, OpenOptions, Request, RunLimits, VERSION,
};

#[global_allocator]
static HEAP: heap::Counting = heap::Counting;

fn open() -> Request {
    Request::Open {
        version: VERSION,
        options: OpenOptions {
            backend: BackendChoice::Memory,
            limits: RunLimits::default(),
            modules: ModulePolicy::Host,
            allow_self_named_scripts: true,
            resolves: false,
            compile: None,
        },
    }
}
