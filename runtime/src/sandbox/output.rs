//! What a script prints, on its way to the host.

use super::context::Context;
use crate::protocol::Limit;
use mlua::ffi;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::rc::Rc;

/// Takes what a run printed, in order.
pub type OutputSink = Rc<dyn Fn(Vec<u8>)>;

/// At most one chunk goes out in this time, a frame of the page, and one more when the run ends.
const FRAME_MS: f64 = 16.0;

/// A run's output: collected, and passed on when the run pauses.
pub(super) struct Output {
    buffer: Rc<RefCell<Vec<u8>>>,
    sink: OutputSink,
    total: Cell<usize>,
    sent: Rc<Cell<f64>>,
    scheduled: Rc<Cell<bool>>,
    platform: Rc<dyn crate::platform::Platform>,
}

impl Output {
    pub(super) fn new(platform: Rc<dyn crate::platform::Platform>, sink: OutputSink) -> Self {
        let sent = Rc::new(Cell::new(f64::NEG_INFINITY));
        Self {
            buffer: Rc::default(),
            sink,
            total: Cell::new(0),
            sent,
            scheduled: Rc::default(),
            platform,
        }
    }

    /// Sends what has been collected.
    pub(super) fn flush(&self) {
        send(&self.buffer, &self.sink);
    }

    /// Called whenever the run pauses or could not: sends what has been collected, now or at the
    /// next frame.
    pub(super) fn pass_on(&self) {
        if self.buffer.borrow().is_empty() || self.scheduled.get() {
            return;
        }
        let now = self.platform.monotonic_ms();
        let since = now - self.sent.get();
        if since >= FRAME_MS {
            self.sent.set(now);
            self.flush();
            return;
        }
        self.scheduled.set(true);
        let (buffer, sink, sent, scheduled, platform) = (
            self.buffer.clone(),
            self.sink.clone(),
            self.sent.clone(),
            self.scheduled.clone(),
            self.platform.clone(),
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a frame"
        )]
        let sleep = platform.sleep((FRAME_MS - since) as u32 + 1);
        self.platform.spawn(Box::pin(async move {
            sleep.await;
            scheduled.set(false);
            sent.set(platform.monotonic_ms());
            send(&buffer, &sink);
        }));
    }
}

fn send(buffer: &RefCell<Vec<u8>>, sink: &OutputSink) {
    let chunk = buffer.take();
    if !chunk.is_empty() {
        sink(chunk);
    }
}

impl Context {
    /// Adds to the run's output, up to the limit, which ends the run.
    pub(super) fn print(&self, bytes: &[u8]) {
        let room = self.limits.output_bytes - self.output.total.get();
        let mut buffer = self.output.buffer.borrow_mut();
        if bytes.len() > room {
            buffer.extend_from_slice(&bytes[..room]);
            self.output.total.set(self.limits.output_bytes);
            #[expect(clippy::cast_precision_loss, reason = "limits are below 2^53")]
            self.stop_at(Limit::OutputBytes, self.limits.output_bytes as f64);
            super::fuel::exhaust();
            return;
        }
        buffer.extend_from_slice(bytes);
        self.output.total.set(self.output.total.get() + bytes.len());
    }
}

/// `print(...)`, as the manual has it: honours `__tostring` and `__name`.
pub(super) unsafe extern "C-unwind" fn print(state: *mut ffi::lua_State) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        for index in 1..=ffi::lua_gettop(state) {
            if index > 1 {
                context.print(b"\t");
            }
            let mut len = 0;
            let text = ffi::luaL_tolstring(state, index, &raw mut len);
            context.print(std::slice::from_raw_parts(text.cast(), len));
            ffi::lua_pop(state, 1);
        }
        context.print(b"\n");
        0
    }
}

/// `io.write(...)`: strings and numbers. Returns its upvalue, the stream.
pub(super) unsafe extern "C-unwind" fn write(state: *mut ffi::lua_State) -> c_int {
    unsafe { write_from(state, 1) }
}

/// `io.stdout:write(...)`
pub(super) unsafe extern "C-unwind" fn write_method(state: *mut ffi::lua_State) -> c_int {
    unsafe { write_from(state, 2) }
}

unsafe fn write_from(state: *mut ffi::lua_State, first: c_int) -> c_int {
    unsafe {
        let Some(context) = Context::of(state) else {
            return 0;
        };
        for index in first..=ffi::lua_gettop(state) {
            let mut len = 0;
            let text = ffi::luaL_checklstring(state, index, &raw mut len);
            context.print(std::slice::from_raw_parts(text.cast(), len));
        }
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
        1
    }
}
